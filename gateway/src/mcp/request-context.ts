import type { AuthInfo } from '@modelcontextprotocol/server';
import type { Caller } from '../auth/caller.js';
import { type Selection, unselected } from './selection.js';

/** What belongs to one HTTP request, from its arrival to its answer. */
export class RequestContext {
  constructor(
    readonly caller: Caller,
    readonly request_id: string,
    /** W3C Trace Context of whoever called us; empty where there is none. */
    readonly traceparent: string,
    /** What the client chose by the address that it connected to. */
    readonly selection: Selection = unselected,
    /** Of the stream by which a client of the 2025 revisions is told of changes, where it keeps one open. */
    readonly stream_key: string = '',
    /** Who the same credential stands for when it is exchanged anew. */
    readonly renew?: () => Promise<Caller>,
  ) {}

  /** In the one place that the SDK hands through to the factory. It carries no token: nothing of the client's goes further. */
  toAuthInfo(): AuthInfo {
    return { token: '', clientId: '', scopes: [], extra: { context: this } };
  }

  /** @throws Error where a request came around the endpoint: a programmer's error */
  static of(authInfo: AuthInfo | undefined): RequestContext {
    const context = authInfo?.extra?.context;
    if (context instanceof RequestContext) return context;
    throw new Error('a request without its context');
  }
}
