import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@florin/chassis';
import { toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, type Server } from '@modelcontextprotocol/server';
import type { Message } from './message.js';
import { RequestContext } from './request-context.js';

/** Everything that the SDK answers: all revisions, each request by a server of its own. */
export interface SdkPath {
  /** @param stopped nobody waits for the answer any more: it ends without one */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    message: Message,
    context: RequestContext,
    stopped: AbortSignal,
  ): Promise<void>;
  /** Answers for whoever brings the answer to the client. */
  answer(request: Request, message: Message, context: RequestContext): Promise<Response>;
  close(): Promise<void>;
}

/** Makes the server of one request. */
export type ServerFor = (context: RequestContext, era: 'modern' | 'legacy') => Server;

export function createSdkPath(options: { serverFor: ServerFor; logger: Logger }): SdkPath {
  const onerror = (error: Error) => options.logger.debug({ err: error }, 'the SDK refused something');
  const handler = createMcpHandler(
    ({ authInfo, era }) => options.serverFor(RequestContext.of(authInfo), era),
    // Streams that notify are ours: its own take every event for everybody, and outlive the token.
    { onerror, maxSubscriptions: 0 },
  );
  const answer: SdkPath['answer'] = (request, { body }, context) =>
    handler.fetch(request, { authInfo: context.toAuthInfo(), parsedBody: body });

  return {
    answer,
    async serve(request, response, message, context, stopped) {
      // A request that a server received has both; the type is shared with responses that a client receives.
      const received = request as IncomingMessage & { method: string; url: string };
      const webRequest = await toWebRequest(received, message.body, { signal: stopped });
      await writeAnswer(response, await answer(webRequest, message, context), stopped);
    },
    close: () => handler.close(),
  };
}

async function writeAnswer(response: ServerResponse, answer: Response, signal: AbortSignal): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  try {
    for await (const chunk of answer.body ?? []) {
      if (signal.aborted || response.destroyed) break;
      if (!response.write(chunk)) await readOn(response, signal);
    }
  } catch (error) {
    // Stopping the SDK ends its stream with an error: there is nothing more to say then.
    if (!signal.aborted) throw error;
  }
  response.end();
}

/** Until the client has read what was written, or nobody waits any more. */
function readOn(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
