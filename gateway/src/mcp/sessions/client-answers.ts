import { randomUUID } from 'node:crypto';
import { fault } from '@florin/faults';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ReplicaBus } from '../../nats/replica-bus.js';
import type { Session } from './sessions.js';

/** A call of a session in which the client may be asked something. */
export interface Asking {
  /** @returns the id that our request gets on the wire: it says which replica waits for the answer */
  wireId(id: string | number): string;
  end(): void;
}

interface Waiting {
  session: string;
  onAnswer(message: JSONRPCMessage): void;
}

const answered = z.object({
  asking: z.string(),
  session: z.string(),
  message: z.looseObject({ jsonrpc: z.literal('2.0'), id: z.int() }),
});

const wireForm = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.(\d{1,9})$/;

/** More calls of one session are not under way at once. */
const PER_SESSION_MAX = 64;

/** Brings what clients answer to the replica that asked: the answer is a POST of its own, which comes to any of them. */
export class ClientAnswers {
  readonly #bus: ReplicaBus;
  readonly #waiting = new Map<string, Waiting>();
  readonly #perSession = new Map<string, number>();

  constructor(bus: ReplicaBus) {
    this.#bus = bus;
    bus.subscribe(topicOf(bus.replica), (payload) => {
      const { data } = answered.safeParse(payload);
      const waiting = data && this.#waiting.get(data.asking);
      // One session does not answer what another was asked, even if it were to guess the id.
      if (waiting?.session === data?.session) waiting?.onAnswer(data?.message as JSONRPCMessage);
    });
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @throws Fault RESOURCE_EXHAUSTED where the session has too many calls under way */
  begin({ key }: Session, onAnswer: Waiting['onAnswer']): Asking {
    const under_way = this.#perSession.get(key) ?? 0;
    if (under_way >= PER_SESSION_MAX) {
      const text = `This session has ${under_way} calls under way, which is the most. Wait for one of them.`;
      throw fault('RESOURCE_EXHAUSTED', text);
    }
    const id = randomUUID();
    this.#waiting.set(id, { session: key, onAnswer });
    this.#perSession.set(key, under_way + 1);
    return {
      wireId: (request) => `${this.#bus.replica}.${id}.${request}`,
      end: () => {
        if (!this.#waiting.delete(id)) return;
        const left = (this.#perSession.get(key) ?? 1) - 1;
        if (left > 0) this.#perSession.set(key, left);
        else this.#perSession.delete(key);
      },
    };
  }

  /**
   * Hands on a response that a client has posted. One that answers nothing is dropped, as the protocol has it.
   *
   * @throws Fault PAYLOAD_TOO_LARGE where it is larger than replicas may say to each other
   */
  receive({ key }: Session, body: object): void {
    const [, replica, asking, id] = wireForm.exec('id' in body ? String(body.id) : '') ?? [];
    if (replica === undefined) return;
    const message = { ...body, id: Number(id) };
    try {
      this.#bus.publish(topicOf(replica), { asking, session: key, message });
    } catch (error) {
      throw fault('PAYLOAD_TOO_LARGE', 'An answer to what the client was asked has at most 768 KiB.', {
        cause: error,
      });
    }
  }
}

function topicOf(replica: string): string {
  return `answers.${replica}`;
}
