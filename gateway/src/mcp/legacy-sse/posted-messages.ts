import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@florin/chassis';
import { fault } from '@florin/faults';
import { INTERNAL_ERROR } from '@modelcontextprotocol/server';
import type { CallsInFlight } from '../calls-in-flight.js';
import { isCancellation, type Message } from '../message.js';
import type { RequestContext } from '../request-context.js';
import { toRpcError } from '../rpc-error.js';
import type { SdkPath } from '../sdk-path.js';
import type { StandingStreams } from '../standing-streams.js';

/** One message of HTTP+SSE, after admission. */
export interface Posted {
  message: Message;
  context: RequestContext;
  authorization: string | undefined;
  /** Of the stream on which it is answered. */
  key: string;
}

export interface PostedMessages {
  /**
   * Takes a message, and has it answered on its stream later, wherever that is.
   *
   * @throws Fault RESOURCE_EXHAUSTED where too many of this stream are under way
   */
  take(posted: Posted): void;
  /** Resolves when what was taken is answered, or the time is over. */
  idle(timeout_ms: number): Promise<void>;
}

/** The answers that one stream may have to come at this replica. */
const PER_STREAM_MAX = 64;

/** The address matters to nobody: the SDK wants one. */
const URL_HERE = 'http://gateway/mcp';

export function createPostedMessages(options: {
  sdk: SdkPath;
  streams: StandingStreams;
  calls: CallsInFlight;
  logger: Logger;
}): PostedMessages {
  const { sdk, streams, calls, logger } = options;
  const underWay = new Map<string, Set<Promise<void>>>();

  async function answer({ message, context, authorization, key }: Posted): Promise<void> {
    const stop = new AbortController();
    const call = calls.begin(message.id, { authorization, session: key }, stop);
    try {
      if (message.id !== null) await streams.expect(key);
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const body = JSON.stringify(message.body);
      const request = new Request(URL_HERE, { method: 'POST', headers, body, signal: stop.signal });
      const response = await sdk.answer(request, message, context);
      for await (const sent of messagesOf(response)) {
        if (stop.signal.aborted) return;
        // Whoever left does not want the rest: what is under way for them ends.
        if (!(await deliver(key, sent, message, context))) stop.abort();
      }
    } catch (error) {
      if (!stop.signal.aborted) logger.error({ err: error, request_id: context.request_id }, 'answer failed');
    } finally {
      call.end();
      if (message.id !== null) await streams.settle(key);
    }
  }

  async function deliver(
    key: string,
    sent: object,
    { id }: Message,
    context: RequestContext,
  ): Promise<boolean> {
    try {
      return await streams.send(key, sent);
    } catch {
      const tooLarge = fault('RESULT_TOO_LARGE', 'The answer is too large for this transport. Ask for less.');
      const error = toRpcError({ code: INTERNAL_ERROR, fault: tooLarge }, context.request_id);
      return streams.send(key, { jsonrpc: '2.0', id, error });
    }
  }

  return {
    take(posted) {
      const { message, key } = posted;
      if (isCancellation(message)) {
        return calls.cancel(message.params, { authorization: posted.authorization, session: key });
      }
      const those = underWay.get(key) ?? new Set();
      if (those.size >= PER_STREAM_MAX) {
        const text = `This stream has ${those.size} answers to come, which is the most. Wait for one of them.`;
        throw fault('RESOURCE_EXHAUSTED', text);
      }
      underWay.set(key, those);
      const answered = answer(posted).finally(() => {
        those.delete(answered);
        if (those.size === 0 && underWay.get(key) === those) underWay.delete(key);
      });
      those.add(answered);
    },
    async idle(timeout_ms) {
      const answers = [...underWay.values()].flatMap((those) => [...those]);
      const enough = new AbortController();
      const timeout = sleep(timeout_ms, undefined, { signal: enough.signal }).catch(() => undefined);
      await Promise.race([Promise.all(answers), timeout]);
      enough.abort();
    },
  };
}

/** The JSON-RPC messages of a response, whether it is JSON, a stream of events, or nothing. */
async function* messagesOf(response: Response): AsyncGenerator<object> {
  if (response.body === null) return;
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const text = await response.text();
    if (text !== '') yield JSON.parse(text);
    return;
  }
  let unread = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (unread + text).split('\n\n');
    unread = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length));
    }
  }
}
