import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  type RequestId,
  type StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { failureOf, isSessionGone, isStreamOfGoneSession, neverArrived, textOf } from './failure.js';
import { log } from './log.js';

/** More than any client has open at once. */
const PENDING_MAX = 256;
/** How long a server that cannot be reached is waited for: a restart takes seconds. */
const RETRIES = 6;
const RETRY_MS = 250;
/** Ids of requests that are ours, and whose answers the client never asked for. */
const OWN_ID = 'florin-connect:initialize:';

type Http = Pick<
  StreamableHTTPClientTransport,
  | 'start'
  | 'send'
  | 'close'
  | 'setProtocolVersion'
  | 'terminateSession'
  | 'sessionId'
  | 'onmessage'
  | 'onerror'
>;

interface Pending {
  request: JSONRPCRequest;
  stop: AbortController;
}

/**
 * Carries messages both ways, as they are: requests, answers, notifications, of any revision, since what differs between
 * stdio and HTTP is in the transports. What has no counterpart is done here: the revision that was agreed on goes into a header,
 * a cancelled request of 2026-07-28 is one whose stream is closed, a session that is gone is begun again.
 */
export class Bridge {
  readonly #stdio: Transport;
  readonly #http: Http;
  readonly #wait: (ms: number) => Promise<void>;
  readonly #pending = new Map<RequestId, Pending>();
  #initialize: JSONRPCRequest | undefined;
  #renewing: Promise<void> | undefined;
  #renewals = 0;
  #renewed: (error?: Error) => void = () => undefined;

  constructor(stdio: Transport, http: Http, wait: (ms: number) => Promise<void>) {
    this.#stdio = stdio;
    this.#http = http;
    this.#wait = wait;
  }

  async start(): Promise<void> {
    this.#http.onmessage = (message) => this.#fromServer(message);
    this.#http.onerror = (error) => {
      log(textOf(error));
      // A client that only listens would not hear that it has to begin again.
      if (isStreamOfGoneSession(error) && this.#hasSession()) this.#renewSession().catch(() => undefined);
    };
    this.#stdio.onerror = (error) => log(textOf(error));
    this.#stdio.onmessage = (message) => void this.#fromClient(message);
    await this.#http.start();
    await this.#stdio.start();
  }

  async close(): Promise<void> {
    for (const { stop } of this.#pending.values()) stop.abort();
    // A session that is left behind expires by itself.
    await Promise.race([this.#http.terminateSession().catch(() => undefined), this.#wait(1_000)]);
    await this.#http.close();
  }

  async #fromClient(message: JSONRPCMessage): Promise<void> {
    if (isJSONRPCRequest(message)) return this.#carryRequest(message);
    if (isJSONRPCNotification(message) && this.#isModernCancellation(message.params)) return;
    await this.#send(message).catch((error: unknown) => log(textOf(error)));
  }

  async #carryRequest(request: JSONRPCRequest): Promise<void> {
    const { id } = request;
    if (this.#pending.size >= PENDING_MAX) {
      return this.#toClient(failureOf(id, new Error('Too many requests at once: wait for answers first.')));
    }
    if (isInitializeRequest(request)) this.#initialize = request;
    const pending = { request, stop: new AbortController() };
    this.#pending.set(id, pending);
    try {
      await this.#send(request, pending.stop.signal);
    } catch (error) {
      this.#fail(id, pending, error);
    }
  }

  /** @throws what the transport threw, once there is no more that could be tried */
  async #send(message: JSONRPCMessage, signal?: AbortSignal): Promise<void> {
    let renewed = false;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#http.send(message, this.#sendOptions(message, signal));
      } catch (error) {
        if (signal?.aborted === true || attempt >= RETRIES) throw error;
        if (neverArrived(error)) await this.#wait(RETRY_MS * 2 ** attempt);
        else if (renewed || !this.#mayRenew(error, message)) throw error;
        else {
          await this.#renewSession();
          renewed = true;
        }
      }
    }
  }

  #sendOptions(message: JSONRPCMessage, signal: AbortSignal | undefined) {
    if (signal === undefined || !isJSONRPCRequest(message)) return {};
    const { id } = message;
    const pending = this.#pending.get(id);
    const lost = new Error(
      'The connection ended before the answer came. Find out what came of it before you repeat it.',
    );
    const onRequestStreamEnd = () => pending && this.#fail(id, pending, lost);
    return { requestSignal: signal, onRequestStreamEnd };
  }

  #fail(id: RequestId, pending: Pending, error: unknown): void {
    // Answered, cancelled, or followed by another request of that id.
    if (this.#pending.get(id) !== pending) return;
    this.#pending.delete(id);
    if (!pending.stop.signal.aborted) this.#toClient(failureOf(id, error));
  }

  #fromServer(message: JSONRPCMessage): void {
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) {
      const { id } = message;
      if (typeof id === 'string' && id.startsWith(OWN_ID)) {
        this.#renewed(isJSONRPCErrorResponse(message) ? new Error(message.error.message) : undefined);
        return;
      }
      const pending = id === undefined ? undefined : this.#pending.get(id);
      if (id !== undefined) this.#pending.delete(id);
      if (pending !== undefined && isInitializeRequest(pending.request)) this.#agreeOn(message);
    }
    this.#toClient(message);
  }

  /** "the client MUST include the MCP-Protocol-Version header on all subsequent requests" (MCP 2025-11-25, transports). */
  #agreeOn(answer: JSONRPCMessage): void {
    if (!isJSONRPCResultResponse(answer)) return;
    const { protocolVersion } = answer.result as { protocolVersion?: unknown };
    if (typeof protocolVersion === 'string') this.#http.setProtocolVersion(protocolVersion);
  }

  /**
   * Over HTTP, since 2026-07-28, a request is cancelled by closing its stream; over stdio by a notification, as before.
   */
  #isModernCancellation(params: unknown): boolean {
    const { requestId } = (params ?? {}) as { requestId?: RequestId };
    const pending = requestId === undefined ? undefined : this.#pending.get(requestId);
    if (requestId === undefined || pending === undefined || !isModern(pending.request)) return false;
    this.#pending.delete(requestId);
    pending.stop.abort();
    return true;
  }

  #mayRenew(error: unknown, message: JSONRPCMessage): boolean {
    return this.#hasSession() && isSessionGone(error) && !(isJSONRPCRequest(message) && isModern(message));
  }

  #hasSession(): boolean {
    return this.#http.sessionId !== undefined && this.#initialize !== undefined;
  }

  /** As the client would: "it MUST start a new session by sending a new InitializeRequest" (MCP 2025-11-25, transports). */
  #renewSession(): Promise<void> {
    this.#renewing ??= this.#initializeAgain().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #initializeAgain(): Promise<void> {
    if (this.#initialize === undefined) return;
    log('the session is gone: beginning another');
    this.#renewals += 1;
    const answered = new Promise<void>((resolve, reject) => {
      this.#renewed = (error) => (error === undefined ? resolve() : reject(error));
    });
    const request = { ...this.#initialize, id: `${OWN_ID}${this.#renewals}` };
    const onRequestStreamEnd = () => this.#renewed(new Error('the server began no other session'));
    await Promise.all([this.#http.send(request, { onRequestStreamEnd }), answered]);
    await this.#http.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  #toClient(message: JSONRPCMessage): void {
    this.#stdio.send(message).catch((error: unknown) => log(textOf(error)));
  }
}

/** Whether a request says of itself that it is of 2026-07-28 or later. */
function isModern({ params }: JSONRPCRequest): boolean {
  return typeof params?._meta?.[PROTOCOL_VERSION_META_KEY] === 'string';
}
