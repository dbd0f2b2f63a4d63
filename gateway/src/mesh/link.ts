import { MAX_ARGUMENTS_BYTES } from '@florin/chassis';
import { fault, fromFailure } from '@florin/faults';
import type { Call, CapabilitiesClient, ReceivedReply } from '@florin/proto';
import { type ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import type { MeshCall } from './call.js';

/** A stopped process does not close its connections: only its silence tells. */
const HEARTBEAT_MS = 1_000;
const MISSED_HEARTBEATS_MAX = 3;

/** How much longer than the service we wait: it knows better what came of a call that ran late. */
const GRACE_MS = 250;

/** The stream ended while a call was under way. */
export class LinkBroken extends Error {
  /** @param sent whether the service may have seen the call */
  constructor(readonly sent: boolean) {
    super('the stream to the service broke');
  }
}

/** The service did not answer in time. */
export class CallTimedOut extends Error {}

export interface LinkEvents {
  /** The service granted credit: calls may be made. */
  onUp(): void;
  /** The service takes nothing new on this stream. */
  onDraining(): void;
  onCatalogueChanged(content_hash: string): void;
  /** Nothing comes after this. */
  onClosed(): void;
}

interface PendingCall {
  bytes: number;
  /** False once nobody waits for the answer, which still has to come before its credit is free again. */
  awaited: boolean;
  resolve(result: Buffer): void;
  reject(error: Error): void;
  onProgress: MeshCall['on_progress'];
  /** Stops the timer and the listening for cancellation. */
  release(): void;
}

/** One Exchange stream to one replica of a service, and the calls on it. */
export class Link {
  readonly #stream: ClientDuplexStream<Call, ReceivedReply>;
  readonly #events: LinkEvents;
  readonly #calls = new Map<number, PendingCall>();
  /** Frames that wait for the transport. Bounded by the credit: each is one of the calls in flight, or its cancellation. */
  #waiting: Call[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #state: 'opening' | 'up' | 'draining' | 'closed' = 'opening';
  #credit = { max_calls: 0, max_bytes: 0 };
  #bytesInFlight = 0;
  #blocked = false;
  #lastId = 0;
  #missed = 0;

  constructor(client: CapabilitiesClient, events: LinkEvents) {
    this.#events = events;
    // While the service restarts, the stream waits for the connection rather than failing at once.
    const metadata = new Metadata({ waitForReady: true });
    this.#stream = client.Exchange(metadata);
    this.#stream.on('data', (reply: ReceivedReply) => this.#receive(reply));
    this.#stream.on('drain', () => this.#flush());
    this.#stream.on('error', () => this.close());
    this.#stream.on('end', () => this.close());
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** How many calls are under way. */
  get load(): number {
    return this.#calls.size;
  }

  hasRoom(bytes: number): boolean {
    const { max_calls, max_bytes } = this.#credit;
    return this.isUp && this.#calls.size < max_calls && this.#bytesInFlight + bytes <= max_bytes;
  }

  /**
   * Makes a call. Ask {@link hasRoom} first.
   *
   * @throws the Fault that the service answered, the Fault CANCELLED, {@link LinkBroken}, {@link CallTimedOut}
   */
  call(call: MeshCall, timeout_ms: number): Promise<Buffer> {
    const bytes = call.arguments_json.length;
    // A message above gRPC's limit would end the whole stream, and all the calls on it.
    if (bytes > MAX_ARGUMENTS_BYTES) {
      return Promise.reject(fault('PAYLOAD_TOO_LARGE', 'The arguments are larger than 1 MiB.'));
    }
    if (call.signal.aborted) return Promise.reject(fault('CANCELLED', 'The call was cancelled.'));
    const id = this.#freshId();
    return new Promise((resolve, reject) => {
      const cancel = () => this.#abandon(id, fault('CANCELLED', 'The call was cancelled.'));
      const timer = setTimeout(() => this.#abandon(id, new CallTimedOut()), timeout_ms + GRACE_MS);
      call.signal.addEventListener('abort', cancel, { once: true });
      const release = () => {
        clearTimeout(timer);
        call.signal.removeEventListener('abort', cancel);
      };
      this.#calls.set(id, { bytes, awaited: true, resolve, reject, onProgress: call.on_progress, release });
      this.#bytesInFlight += bytes;
      this.#send(startFrame(id, call, timeout_ms));
    });
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearInterval(this.#heartbeat);
    this.#stream.cancel();
    const unsent = new Set(this.#waiting.filter((frame) => frame.start).map((frame) => frame.call_id));
    for (const [id, pending] of this.#calls) settle(pending, new LinkBroken(!unsent.has(id)));
    this.#calls.clear();
    this.#waiting = [];
    this.#events.onClosed();
  }

  #receive(reply: ReceivedReply): void {
    this.#missed = 0;
    const pending = this.#calls.get(reply.call_id);
    if (reply.progress && pending?.awaited) pending.onProgress?.(reply.progress);
    else if (reply.result && pending) {
      pending.release();
      pending.resolve(reply.result.result_json);
      this.#forget(reply.call_id);
    } else if (reply.failure && pending) {
      settle(pending, fromFailure(reply.failure));
      this.#forget(reply.call_id);
    } else if (reply.credit) this.#open(reply.credit);
    else if (reply.draining) this.#drain();
    else if (reply.catalogue_changed) this.#events.onCatalogueChanged(reply.catalogue_changed.content_hash);
  }

  #open(credit: { max_calls: number; max_bytes: number }): void {
    this.#credit = credit;
    if (this.#state !== 'opening') return;
    this.#state = 'up';
    this.#events.onUp();
  }

  #drain(): void {
    if (this.#state !== 'up' && this.#state !== 'opening') return;
    this.#state = 'draining';
    this.#events.onDraining();
    this.#endWhenIdle();
  }

  /** The service ends its side after ours: only we know that no call is still on its way to it. */
  #endWhenIdle(): void {
    if (this.#state === 'draining' && this.#calls.size === 0) this.#stream.end();
  }

  /** Nobody waits any more. The answer may still come: until then the call counts against the credit. */
  #abandon(id: number, why: Error): void {
    const pending = this.#calls.get(id);
    if (pending === undefined || !pending.awaited) return;
    pending.awaited = false;
    settle(pending, why);
    const unsent = this.#waiting.findIndex((frame) => frame.call_id === id && frame.start);
    if (unsent >= 0) {
      this.#waiting.splice(unsent, 1);
      this.#forget(id);
    } else this.#send({ call_id: id, cancel: {} });
  }

  #forget(id: number): void {
    this.#bytesInFlight -= this.#calls.get(id)?.bytes ?? 0;
    this.#calls.delete(id);
    this.#endWhenIdle();
  }

  #beat(): void {
    this.#missed += 1;
    if (this.#missed > MISSED_HEARTBEATS_MAX) this.close();
    // Behind frames that wait, a heartbeat would only make the queue longer.
    else if (!this.#blocked && this.#state !== 'opening') this.#send({ call_id: 0, heartbeat: {} });
  }

  #send(frame: Call): void {
    if (this.#state === 'closed' || this.#stream.writableEnded) return;
    if (this.#blocked) this.#waiting.push(frame);
    else this.#blocked = !this.#stream.write(frame);
  }

  #flush(): void {
    this.#blocked = false;
    while (!this.#blocked) {
      const frame = this.#waiting.shift();
      if (frame === undefined) return;
      this.#blocked = !this.#stream.write(frame);
    }
  }

  #freshId(): number {
    do this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }
}

function settle(pending: PendingCall, error: Error): void {
  pending.release();
  pending.reject(error);
}

function startFrame(call_id: number, call: MeshCall, timeout_ms: number): Call {
  const { kind, name, arguments_json, mesh_token, request_id, traceparent, on_progress } = call;
  return {
    call_id,
    start: {
      kind: wireKinds[kind],
      name,
      arguments_json,
      timeout_ms,
      mesh_token,
      request_id,
      traceparent,
      wants_progress: on_progress !== undefined,
    },
  };
}

const wireKinds = {
  tool: 'CALL_KIND_TOOL',
  resource: 'CALL_KIND_RESOURCE',
  prompt: 'CALL_KIND_PROMPT',
  completion: 'CALL_KIND_COMPLETION',
} as const;
