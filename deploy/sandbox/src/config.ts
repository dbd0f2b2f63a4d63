import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const config = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_PORT: port.default(8090),
  PLAID_PORT: port.default(8091),
  SANDBOX_SEED: z.string().min(1).max(100).default('florin'),
  /** Where state survives a restart. */
  SANDBOX_DATA_DIR: z.string().min(1).optional(),
  /** Where a browser reaches the Plaid stand-in, if that is not its own host and port (in containers). */
  PLAID_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PLAID_CLIENT_ID: z.string().min(1).optional(),
  PLAID_SECRET: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Config = z.infer<typeof config>;

/** Reads the environment; an empty variable counts as unset. Throws an Error that lists every variable that is wrong. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = config.safeParse(set);
  const problems = parsed.error?.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`) ?? [];
  if (
    parsed.data &&
    (parsed.data.PLAID_CLIENT_ID === undefined) !== (parsed.data.PLAID_SECRET === undefined)
  ) {
    problems.push('  PLAID_CLIENT_ID and PLAID_SECRET: set both, or neither to take any client');
  }
  if (!parsed.data || problems.length > 0) {
    throw new Error(`The configuration is not usable:\n${problems.join('\n')}`);
  }
  return parsed.data;
}
