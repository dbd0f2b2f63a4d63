import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Fields whose values never reach a log, wherever in an entry they stand (two levels deep, which is all that we log). */
const secretFields = [
  'password',
  'new_password',
  'authorization',
  'cookie',
  'token',
  'access_token',
  'refresh_token',
  'mesh_token',
  'public_token',
  'api_key',
  'secret',
  'credential',
  'otp',
  'code_verifier',
];

/** JSON lines on standard output. Errors are logged with their causes: a Fault's cause is what people debug by. */
export function createLogger(
  options: { name: string; level: string },
  sink: DestinationStream = process.stdout,
): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  };
  return pino(settings, sink);
}
