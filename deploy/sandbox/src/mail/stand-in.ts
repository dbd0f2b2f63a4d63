import type { Logger } from 'pino';
import { createMetrics, type Listening, listen } from '../edge.js';
import type { Faults } from '../faults.js';
import { Mailbox } from './mailbox.js';
import { createMailServer } from './server.js';
import { listenForMail } from './smtp.js';

export interface MailStandIn extends Listening {
  mailbox: Mailbox;
  smtp_port: number;
}

/** Opens the port that takes mail and the port that shows it. */
export async function startMail(options: {
  host: string;
  ports: { http: number; smtp: number };
  now: () => Date;
  faults: Faults;
  log: Logger;
}): Promise<MailStandIn> {
  const { host, ports, now, faults, log } = options;
  const mailbox = new Mailbox();
  const smtp = await listenForMail({ host, port: ports.smtp, mailbox, faults, now, log });
  try {
    const http = await listen({ host, port: ports.http, variable: 'MAIL_HTTP_PORT' });
    http.serve(createMailServer(mailbox, createMetrics('mail')));
    return {
      mailbox,
      port: http.port,
      smtp_port: smtp.port,
      async stop(timeout_ms) {
        await Promise.all([smtp.stop(timeout_ms), http.stop(timeout_ms)]);
      },
    };
  } catch (error) {
    await smtp.stop(0);
    throw error;
  }
}
