import { until } from '@florin/testkit';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { expect, it } from 'vitest';
import { answerOf, callOf, connect, post } from './support/clients.js';
import { everything, only, startToyMesh } from './support/toy-mesh.js';

const headers = { authorization: `Bearer ${everything}` };

// proves: gateway-drains
it('a gateway that stops ends its streams and finishes its calls, on every transport', async () => {
  const mesh = await startToyMesh();
  const url = `${mesh.url}/mcp`;
  const toy = only(mesh);
  const modern = await connect(url, everything);
  const old = new OldClient({ name: 'test', version: '1' });
  const sse = new SSEClientTransport(new URL(`${url}/sse/editor`), { requestInit: { headers } });
  await old.connect(sse as Parameters<OldClient['connect']>[0]);
  const standing = await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } });
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test', version: '1' },
  };
  const begun = await post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params: initialize }, headers);
  const session = { ...headers, 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };

  const args = { note: 'milk' };
  const calls = [
    modern.callTool({ name: 'add_note_slowly', arguments: args }),
    old.callTool({ name: 'add_note_slowly', arguments: args }),
    post(url, callOf('add_note_slowly', args), headers).then(answerOf),
    post(url, callOf('add_note_slowly', args), session).then(answerOf),
  ];
  await until(() => expect(toy.deps.begun).toBe(calls.length));

  const stopped = mesh.gateway.stop();
  // The stream is ended while the calls go on: its client opens another, elsewhere.
  expect(await standing.text()).not.toContain('event:');
  expect(toy.deps.notes).toHaveLength(calls.length);
  toy.openGate();
  const answers = (await Promise.all(calls)).map((answer) => JSON.stringify(answer));
  for (const answer of answers) expect(answer).toContain('note_id');
  await stopped;
  await mesh.stop();
});
