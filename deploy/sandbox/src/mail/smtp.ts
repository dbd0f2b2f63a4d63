import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type Listening, portInUse } from '../edge.js';
import type { Faults } from '../faults.js';
import type { Mailbox } from './mailbox.js';
import { readMail } from './read-mail.js';

export interface SmtpOptions {
  host: string;
  port: number;
  mailbox: Mailbox;
  faults: Faults;
  now: () => Date;
  log: Logger;
}

const MAX_MAIL_BYTES = 1_048_576;
const MAX_CLIENTS = 100;
const MAX_RECIPIENTS = 100;

/** Takes every mail, from whoever connects, and delivers none. Plain SMTP; any user name and password will do. */
export async function listenForMail(options: SmtpOptions): Promise<Listening> {
  const { host, port, mailbox, faults, now, log } = options;
  const server = new SMTPServer({
    banner: 'Florin sandbox: mail is caught, not delivered',
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? 'anybody' }),
    onRcptTo: (_address, session, done) => {
      const full = session.envelope.rcptTo.length >= MAX_RECIPIENTS;
      done(full ? refusal(452, 'too many recipients') : null);
    },
    onData(stream, session, done) {
      void take(stream, session).then(
        (outcome) => {
          if (outcome !== 'cut') done(null, 'caught');
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<'caught' | 'cut'> {
    const { mailFrom, rcptTo } = session.envelope;
    const mail = await readMail(stream, {
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      received_at: now(),
    });
    if (stream.sizeExceeded) throw refusal(552, `no mail above ${MAX_MAIL_BYTES} bytes`);
    const latency_ms = faults.take('latency')?.latency_ms;
    if (latency_ms !== undefined) await setTimeout(latency_ms, undefined, { ref: false });
    const refused = faults.take('smtp_refusal');
    if (refused) throw refusal(refused.response_code, 'refused, as the sandbox was told');
    const cut = faults.take('drop_connection');
    if (cut === undefined || cut.after_applying) mailbox.add(mail);
    log.debug({ mail_id: mail.mail_id, to: mail.to }, 'mail caught');
    if (cut === undefined) return 'caught';
    for (const connection of server.connections) if (connection.id === session.id) connection.close();
    return 'cut';
  }

  // Before the server greets: who connects finds nobody there.
  server.server.prependListener('connection', (socket) => {
    if (faults.take('down')) socket.destroy();
  });
  server.on('error', (error) => log.info({ err: error }, 'a mail client failed'));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', (error) => reject(portInUse(error, { port, variable: 'MAIL_SMTP_PORT' })));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: (timeout_ms) => stop(server, timeout_ms),
  };
}

function stop(server: SMTPServer, timeout_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = globalThis.setTimeout(() => {
      for (const connection of server.connections) connection.close();
    }, timeout_ms);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
