import { until } from '@florin/testkit';
import { expect } from 'vitest';
import { post } from './clients.js';

const MODERN = '2026-07-28';

export interface Notice {
  id?: unknown;
  method?: string;
  params?: { uri?: string; notifications?: Record<string, unknown>; _meta?: Record<string, unknown> };
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: { uri?: string; error?: Record<string, unknown> } };
}

export interface Listener {
  status: number;
  /** Everything that came, in order. */
  notices: Notice[];
  /** The URIs of the resources that were said to have changed. */
  uris(): string[];
  /** How often each list was said to have changed. */
  lists(): string[];
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

export function listenMessage(notifications: Record<string, unknown>, id: unknown = 'sub-1') {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  };
  return { jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications, _meta } };
}

/** Opens a stream of 2026-07-28, and returns once it is acknowledged or refused. */
export async function listenTo(
  url: string,
  token: string,
  notifications: Record<string, unknown>,
): Promise<Listener> {
  const response = await post(url, listenMessage(notifications), {
    authorization: `Bearer ${token}`,
    'mcp-protocol-version': MODERN,
    'mcp-method': 'subscriptions/listen',
  });
  const notices: Notice[] = [];
  const reader = response.body?.getReader();
  const listener: Listener = {
    status: response.status,
    notices,
    uris: () => notices.flatMap(({ params }) => params?.uri ?? []),
    lists: () => notices.flatMap(({ method }) => (method?.endsWith('/list_changed') ? [method] : [])),
    ended: readAll(reader, notices).catch(() => undefined),
    close: () => void reader?.cancel(),
  };
  await until(() => expect(notices.length).toBeGreaterThan(0));
  return listener;
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  notices: Notice[],
): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) break;
    text += decoder.decode(chunk.value, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) notices.push(JSON.parse(data.slice('data: '.length)));
    }
  }
  if (text !== '') notices.push(JSON.parse(text));
}
