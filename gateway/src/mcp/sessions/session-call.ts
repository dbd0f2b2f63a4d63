import type { ServerResponse } from 'node:http';
import type { JSONRPCMessage, Server, Transport } from '@modelcontextprotocol/server';
import { EventStream } from '../event-stream.js';
import type { Message } from '../message.js';
import type { ClientAnswers } from './client-answers.js';
import type { Session } from './sessions.js';

interface SessionCall {
  message: Message;
  session: Session;
  /** Fires when the client has cancelled the call, or has gone. */
  stopped: AbortSignal;
}

/**
 * Serves a request in which the client may be asked something. The server is made for this request alone, and told what
 * the client said when it initialized: wherever the request comes, it is served as if it had come here before.
 *
 * @throws Fault RESOURCE_EXHAUSTED where the session has too many calls under way
 */
export async function serveSessionCall(
  response: ServerResponse,
  { message, session, stopped }: SessionCall,
  { server, answers }: { server: Server; answers: ClientAnswers },
): Promise<void> {
  const transport = new OneCall();
  const asking = answers.begin(session, (answer) => transport.receive(answer));
  try {
    await server.connect(transport);
    await transport.restore(session);
    const stream = new EventStream(response);
    const over = new AbortController();
    const finish = () => over.abort();
    if (stopped.aborted) finish();
    stopped.addEventListener('abort', finish, { once: true });
    transport.onSend = (sent) => {
      if (!('id' in sent)) return void stream.send(sent);
      if ('method' in sent) return void stream.send({ ...sent, id: asking.wireId(sent.id) });
      stream.send(sent);
      finish();
    };
    transport.receive(message.body as JSONRPCMessage);
    await until(over.signal);
    // Where it is not answered yet, nobody waits any more: this is how the SDK stops it, and says nothing.
    const params = { requestId: message.id ?? 0, reason: 'the client has cancelled, or has gone' };
    transport.receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    stopped.removeEventListener('abort', finish);
    stream.end();
  } finally {
    asking.end();
    await server.close();
  }
}

/** What the SDK takes for a connection: one request, and all that belongs to it. */
class OneCall implements Transport {
  onmessage?: NonNullable<Transport['onmessage']>;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onSend: (message: JSONRPCMessage) => void = () => undefined;

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    this.onSend(message);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }

  receive(message: JSONRPCMessage): void {
    this.onmessage?.(message);
  }

  /** Lets the server initialize as it did when the session began. */
  restore({ introduction }: Session): Promise<void> {
    return new Promise((resolve) => {
      this.onSend = () => resolve();
      const params = { ...introduction, clientInfo: { name: 'restored', version: '0' } };
      this.receive({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    });
  }
}

function until(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
