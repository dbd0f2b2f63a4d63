import { EventEmitter, once } from 'node:events';

export interface Mail {
  mail_id: string;
  received_at: string;
  /** The envelope's sender and recipients: addresses alone, as they were written, blind copies among them. */
  from: string;
  to: string[];
  subject: string;
  message_id: string | null;
  /** The plain part, or the HTML part as text where there is none. */
  text: string;
  html: string | null;
  /** Addresses to visit, in the order of the text. */
  links: string[];
  attachments: { filename: string | null; content_type: string; size_bytes: number }[];
}

export interface Wanted {
  /** A recipient, in whatever case. */
  to?: string;
  /** A part of the subject, or a pattern for it. */
  subject?: string | RegExp;
}

const MAX_MAILS = 200;
const MAX_CHARACTERS = 16 * 1_024 * 1_024;

/** The mails caught, in memory: the latest 200, fewer where they are large. */
export class Mailbox {
  #mails: Mail[] = [];
  readonly #arrivals = new EventEmitter().setMaxListeners(0);

  add(mail: Mail): void {
    let characters = 0;
    this.#mails = [mail, ...this.#mails].slice(0, MAX_MAILS).filter((each) => {
      characters += each.text.length + (each.html?.length ?? 0);
      return each === mail || characters <= MAX_CHARACTERS;
    });
    this.#arrivals.emit('mail');
  }

  /** Newest first. */
  list(wanted: Wanted = {}): Mail[] {
    return this.#mails.filter((mail) => fits(mail, wanted));
  }

  byId(mail_id: string): Mail | undefined {
    return this.#mails.find((mail) => mail.mail_id === mail_id);
  }

  /** Forgets all; answers how many there were. */
  clear(): number {
    const count = this.#mails.length;
    this.#mails = [];
    return count;
  }

  /** The newest mail that fits, as soon as there is one. Rejects after `timeout_ms`, and says what was there instead. */
  async waitFor(wanted: Wanted, timeout_ms = 5_000): Promise<Mail> {
    const signal = AbortSignal.timeout(timeout_ms);
    for (;;) {
      const [found] = this.list(wanted);
      if (found) return found;
      try {
        await once(this.#arrivals, 'mail', { signal });
      } catch {
        const seen = this.#mails.map(({ to, subject }) => `"${subject}" to ${to.join(', ')}`).join('; ');
        const subject = wanted.subject === undefined ? '' : ` about ${wanted.subject}`;
        throw new Error(
          `No mail to ${wanted.to ?? 'anybody'}${subject} in ${timeout_ms} ms. There were: ${seen || 'none'}.`,
        );
      }
    }
  }
}

function fits(mail: Mail, { to, subject }: Wanted): boolean {
  if (to !== undefined && !mail.to.some((each) => each.toLowerCase() === to.toLowerCase())) return false;
  if (subject === undefined) return true;
  return typeof subject === 'string' ? mail.subject.includes(subject) : subject.test(mail.subject);
}
