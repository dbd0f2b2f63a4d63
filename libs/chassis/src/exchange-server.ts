import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { asFault, type Fault, fault, toFailure } from '@florin/faults';
import type { CapabilitiesHandlers, ReceivedCall, ReceivedStart, Reply } from '@florin/proto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { type Catalogue, contentHash } from './catalogue.js';
import type { CallKind, CallRequest, Door } from './door.js';

/** How much one stream may have in flight. The caller keeps to it; what exceeds it is refused. */
const MAX_CALLS = 256;
const MAX_BYTES = 4 * 1024 * 1024;

/** Above what any operation's input may be; a gRPC message above 4 MiB would end the whole stream. */
export const MAX_ARGUMENTS_BYTES = 1024 * 1024;

/** How long a drained stream without calls stays open for a caller that does not end its side. */
const LINGER_MS = 2_000;

/** No call runs longer, whatever its caller asks for. */
const MAX_TIMEOUT_MS = 120_000;

export interface ServiceIdentity {
  name: string;
  version: string;
  /** Empty where the service has no provider. */
  mode: string;
}

export interface Capabilities {
  handlers: CapabilitiesHandlers;
  /** Tells every caller to start nothing more, waits until what runs has ended or `timeout_ms` is over, ends the streams. */
  drain(timeout_ms: number): Promise<void>;
}

interface RunningCall {
  controller: AbortController;
  readOnly: boolean;
}

type ExchangeStream = ServerDuplexStream<ReceivedCall, Reply>;

const kinds: Record<string, CallKind> = {
  CALL_KIND_TOOL: 'tool',
  CALL_KIND_RESOURCE: 'resource',
  CALL_KIND_PROMPT: 'prompt',
  CALL_KIND_COMPLETION: 'completion',
};

/** Serves a door by the contract florin.mesh.v1.Capabilities. */
export function createCapabilities(door: Door, catalogue: Catalogue, service: ServiceIdentity): Capabilities {
  const catalogue_json = Buffer.from(JSON.stringify(catalogue));
  const content_hash = contentHash(catalogue_json);
  const sessions = new Set<ExchangeSession>();
  let draining: AbortSignal | undefined;

  return {
    handlers: {
      Describe(_call, callback) {
        const { name, version, mode } = service;
        callback(null, { service: name, version, mode, content_hash, catalogue_json });
      },
      Exchange(stream) {
        const session = new ExchangeSession(stream, door);
        sessions.add(session);
        stream.once('close', () => sessions.delete(session));
        // A caller that comes back while the process ends must not begin what will be cut off: without credit it does not.
        if (draining === undefined) session.open();
        else void session.drain(draining);
      },
    },
    async drain(timeout_ms) {
      const timeout = AbortSignal.timeout(timeout_ms);
      draining = timeout;
      await Promise.all([...sessions].map((session) => session.drain(timeout)));
    },
  };
}

/** One stream, and the calls on it. */
class ExchangeSession {
  readonly #stream: ExchangeStream;
  readonly #door: Door;
  readonly #running = new Map<number, RunningCall>();
  /** Replies that wait for the transport: at most one per running call, since progress is dropped meanwhile. */
  readonly #waiting: Reply[] = [];
  #blocked = false;
  #bytesInFlight = 0;
  #idle: (() => void) | undefined;

  constructor(stream: ExchangeStream, door: Door) {
    this.#stream = stream;
    this.#door = door;
    stream.on('data', (call: ReceivedCall) => this.#receive(call));
    stream.on('drain', () => this.#flush());
    stream.on('end', () => stream.end());
    // The caller is gone: what only reads may stop, what writes is finished all the same.
    stream.on('error', () => this.#abandon());
    stream.on('cancelled', () => this.#abandon());
  }

  open(): void {
    this.#send({ call_id: 0, credit: { max_calls: MAX_CALLS, max_bytes: MAX_BYTES } });
  }

  /**
   * Only the caller knows when none of its calls is on the way here any more: it ends its side then, and we end ours. Ended
   * earlier, the stream would swallow a call, and nobody could say whether that took effect.
   */
  async drain(timeout: AbortSignal): Promise<void> {
    this.#send({ call_id: 0, draining: {} });
    const callerEnded = new Promise<void>((resolve) => this.#stream.once('end', resolve));
    await Promise.race([callerEnded, this.#lingered(timeout)]);
    this.#stream.end();
  }

  async #lingered(timeout: AbortSignal): Promise<void> {
    do {
      if (this.#running.size > 0) await this.#idleOr(timeout);
      await sleep(LINGER_MS, undefined, { ref: false });
      // A process that was held up for so long has not read yet what came meanwhile.
      await turn();
    } while (this.#running.size > 0 && !timeout.aborted);
  }

  #idleOr(timeout: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#idle = resolve;
      timeout.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #receive(call: ReceivedCall): void {
    if (call.frame === 'heartbeat') this.#send({ call_id: 0, heartbeat: {} });
    else if (call.frame === 'cancel') this.#stop(call.call_id, fault('CANCELLED', 'The call was cancelled.'));
    else if (call.frame === 'start' && call.start) void this.#run(call.call_id, call.start);
  }

  async #run(call_id: number, start: ReceivedStart): Promise<void> {
    const bytes = start.arguments_json.length;
    const kind = kinds[start.kind];
    if (kind === undefined || this.#running.has(call_id)) {
      return this.#refuse(
        call_id,
        fault('INVALID_ARGUMENT', 'The call has no kind, or an id that is in use.'),
      );
    }
    if (this.#running.size >= MAX_CALLS || this.#bytesInFlight + bytes > MAX_BYTES) {
      return this.#refuse(
        call_id,
        fault('RESOURCE_EXHAUSTED', 'Too many calls at once. Try again in a moment.'),
      );
    }
    const running = { controller: new AbortController(), readOnly: this.#door.isReadOnly(kind, start.name) };
    this.#running.set(call_id, running);
    this.#bytesInFlight += bytes;
    const timer = setTimeout(() => this.#stop(call_id, late()), deadline(start.timeout_ms));
    try {
      const result = await this.#door.call(this.#request(call_id, kind, start, running.controller.signal));
      this.#answer(call_id, running, { call_id, result: { result_json: Buffer.from(result) } });
    } catch (error) {
      this.#answer(call_id, running, { call_id, failure: toFailure(asFault(error)) });
    } finally {
      clearTimeout(timer);
      this.#bytesInFlight -= bytes;
      if (this.#running.size === 0) this.#idle?.();
    }
  }

  #request(call_id: number, kind: CallKind, start: ReceivedStart, signal: AbortSignal): CallRequest {
    return {
      kind,
      name: start.name,
      arguments: parseArguments(start.arguments_json),
      mesh_token: start.mesh_token,
      request_id: start.request_id,
      traceparent: start.traceparent,
      signal,
      progress: (progress, total, message) => {
        if (start.wants_progress && !this.#blocked) {
          this.#send({ call_id, progress: { progress, total, message } });
        }
      },
    };
  }

  /** Answers a call once: a read that was stopped has had its answer already. */
  #answer(call_id: number, running: RunningCall, reply: Reply): void {
    if (this.#running.get(call_id) !== running) return;
    this.#running.delete(call_id);
    this.#send(reply);
  }

  #refuse(call_id: number, failure: Fault): void {
    this.#send({ call_id, failure: toFailure(failure) });
  }

  /** A read ends at once. A write may have taken effect: its true answer is worth waiting for. */
  #stop(call_id: number, why: Fault): void {
    const running = this.#running.get(call_id);
    if (running === undefined) return;
    running.controller.abort();
    if (running.readOnly) this.#answer(call_id, running, { call_id, failure: toFailure(why) });
  }

  #abandon(): void {
    for (const { controller } of this.#running.values()) controller.abort();
    this.#waiting.length = 0;
  }

  #send(reply: Reply): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    if (this.#blocked) this.#waiting.push(reply);
    else this.#blocked = !this.#stream.write(reply);
  }

  #flush(): void {
    this.#blocked = false;
    while (!this.#blocked) {
      const reply = this.#waiting.shift();
      if (reply === undefined) return;
      this.#blocked = !this.#stream.write(reply);
    }
  }
}

function deadline(timeout_ms: number): number {
  return timeout_ms === 0 ? MAX_TIMEOUT_MS : Math.min(timeout_ms, MAX_TIMEOUT_MS);
}

/** @throws Fault INVALID_ARGUMENT */
function parseArguments(json: Buffer): unknown {
  if (json.length === 0) return {};
  if (json.length > MAX_ARGUMENTS_BYTES)
    throw fault('PAYLOAD_TOO_LARGE', 'The arguments are larger than 1 MiB.');
  try {
    return JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw fault('INVALID_ARGUMENT', 'The arguments are not valid JSON.', { cause: error });
  }
}

function late(): Fault {
  return fault('DEADLINE_EXCEEDED', 'This took too long and was stopped. Try again, or ask for less.');
}
