import type { Clock, Logger } from '@florin/chassis';
import type { Db, FieldCipher } from '@florin/postgres';
import type { Transporter } from 'nodemailer';
import { type DueMail, removeMail, takeDueMails } from '../store/mails.js';

export interface MailDelivery {
  /** Says that a mail was committed. Without it a mail leaves at the next poll, within two seconds. */
  nudge(): void;
  /** Ends after the mails in hand. Those that wait stay for the next start. */
  stop(): Promise<void>;
}

interface DeliveryOptions {
  db: Db;
  cipher: FieldCipher;
  /** Undefined: no mail leaves, and the log says so. */
  smtp_url: string | undefined;
  from: string;
  logger: Logger;
  now: Clock;
}

const POLL_MS = 2_000;
/** Over some twenty minutes. A link in a mail is not good for much longer. */
const ATTEMPTS = 8;
const TIMEOUT_MS = 10_000;

/**
 * Sends the mails that wait in the table, outside of every transaction and at least once: one that was taken and neither
 * sent nor given up, because the process died, is taken again. Replicas share the work.
 */
export function startMailDelivery(options: DeliveryOptions): MailDelivery {
  const { db, cipher, logger, now } = options;
  const transport = createTransport(options.smtp_url);
  let stopping = false;
  let wake: () => void = () => undefined;

  async function attempt({ mail_id, attempts, content }: DueMail): Promise<void> {
    try {
      await (await transport())?.sendMail({ from: options.from, ...content });
      if (options.smtp_url === undefined) logger.warn({ mail_id }, 'mail not sent: SMTP_URL is not set');
      await removeMail(db, mail_id);
    } catch (error) {
      const last = attempts >= ATTEMPTS;
      // The server's own words may repeat the recipient: its code says enough.
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      logger[last ? 'error' : 'warn'](
        { mail_id, attempts, code, response_code: responseCode },
        'mail not sent',
      );
      if (last) await removeMail(db, mail_id);
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const due = await takeDueMails(db, cipher, now()).catch((error: unknown) => {
        logger.warn({ err: error }, 'mails cannot be read');
        return [];
      });
      await Promise.allSettled(due.map(attempt));
      if (due.length === 0 && !stopping) await pause();
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const running = run();
  return {
    nudge: () => wake(),
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}

/** Loads nodemailer at the first mail: most starts send none. */
function createTransport(url: string | undefined): () => Promise<Transporter | undefined> {
  let made: Promise<Transporter> | undefined;
  return async () => {
    if (url === undefined) return undefined;
    made ??= import('nodemailer').then(({ createTransport: create }) =>
      create({
        url,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        // Text only: nothing of a mail is ever read from a file or fetched from an address.
        disableFileAccess: true,
        disableUrlAccess: true,
      }),
    );
    return made;
  };
}
