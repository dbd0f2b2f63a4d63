import { createLogger, createNatsLink, type NatsLink } from '@florin/chassis';
import { claimNats, until } from '@florin/testkit';
import { Client, type ElicitResult, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerOf, connect, connectOld, post } from '../support/clients.js';
import { createToyApproval, type ToyApproval } from '../support/toy-approval.js';
import { startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';

const MODERN = '2026-07-28';
const token = tokenFor('payments:write');
let mesh: ToyMesh;
let toy: ToyApproval;
let nats: NatsLink;
let publish: (subject: string, text: string) => void;

beforeAll(async () => {
  toy = createToyApproval();
  const url = await claimNats();
  nats = createNatsLink({ url, name: 'identity', logger: createLogger({ name: 'test', level: 'silent' }) });
  const connection = await nats.connection();
  publish = (subject, text) => connection.publish(subject, text);
  mesh = await startToyMesh({ toy: toy.offer }, { NATS_URL: url });
});
afterAll(async () => {
  await mesh?.stop();
  await nats?.close();
});
beforeEach(() => {
  toy.sent.length = 0;
});

/** As identity says that a person has decided. */
function decide(approval_id: string, verdict: 'granted' | 'denied'): void {
  toy.verdicts.set(approval_id, verdict);
  const data = { user_id: 'usr_1', approval_id, operation: 'send' };
  publish(`florin.identity.approval.${verdict}.v1`, JSON.stringify({ data }));
}

/** The official client, with somebody in front of it who may open pages. */
async function withPerson(open: (url: string) => ElicitResult | Promise<ElicitResult>): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: MODERN } } },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => open('url' in params ? params.url : ''));
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${mesh.url}/mcp`), { requestInit }));
  return client;
}

interface Retry {
  payee?: string;
  requestState?: string;
  action?: string;
  token?: string;
  tool?: string;
  capabilities?: object;
  /** Keeps a call from the short path, and is nothing to the tool. */
  progressToken?: string;
}

/** A call as a client makes it that drives the rounds itself. */
async function call({
  payee = 'Ben',
  requestState,
  action,
  token: shown = token,
  tool = 'send',
  capabilities = { elicitation: { url: {} } },
  progressToken,
}: Retry = {}) {
  const params = {
    name: tool,
    arguments: { payee },
    ...(requestState !== undefined && { requestState }),
    ...(action !== undefined && { inputResponses: { approval: { action } } }),
    _meta: {
      ...(progressToken !== undefined && { progressToken }),
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    },
  };
  const response = await post(
    `${mesh.url}/mcp`,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    {
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': tool,
      authorization: `Bearer ${shown}`,
    },
  );
  return answerOf(response);
}

async function asked(payee?: string): Promise<string> {
  const { result } = await call(payee === undefined ? {} : { payee });
  expect(result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) });
  return String(result?.requestState);
}

describe('a call that needs the approval of the person', () => {
  it('asks a client of 2026-07-28 to open the page, and is done once the person has approved there', async () => {
    const opened: string[] = [];
    const client = await withPerson((url) => {
      opened.push(url);
      setTimeout(() => decide(toy.last(), 'granted'), 50);
      return { action: 'accept' };
    });
    const result = await client.callTool({ name: 'send', arguments: { payee: 'Ben' } });
    expect(result.structuredContent).toEqual({ status: 'done' });
    expect(opened).toEqual([`https://florin.test/approvals/${toy.last()}`]);
    expect(toy.sent).toEqual(['Ben']);
    await client.close();
  });

  it('is refused once the person has said no', async () => {
    const client = await withPerson(() => {
      decide(toy.last(), 'denied');
      return { action: 'accept' };
    });
    const { isError, structuredContent } = await client.callTool({
      name: 'send',
      arguments: { payee: 'Ben' },
    });
    expect(isError).toBe(true);
    expect(structuredContent).toMatchObject({ error: { reason: 'APPROVAL_DENIED' } });
    expect(toy.sent).toEqual([]);
    await client.close();
  });

  it('gives the link to a client whose person does not want to see the page now', async () => {
    const client = await withPerson(() => ({ action: 'decline' }));
    const { structuredContent } = await client.callTool({ name: 'send', arguments: { payee: 'Ben' } });
    expect(structuredContent).toMatchObject({
      status: 'approval_required',
      approval: { approval_url: `https://florin.test/approvals/${toy.last()}` },
    });
    expect(toy.sent).toEqual([]);
    await client.close();
  });

  it.each(['2026-07-28', 'legacy'] as const)(
    'gives the link, and what to do, to a client of era %s that opens no pages',
    async (era) => {
      const client = await connect(`${mesh.url}/mcp`, token, era);
      const args = { payee: 'Ben' };
      const first = await client.callTool({ name: 'send', arguments: args });
      expect(first.structuredContent).toMatchObject({
        status: 'approval_required',
        approval: { approval_url: expect.any(String) },
        next_step: expect.stringContaining('approval_id'),
      });
      const approval_id = toy.last();
      decide(approval_id, 'granted');
      const second = await client.callTool({ name: 'send', arguments: { ...args, approval_id } });
      expect(second.structuredContent).toEqual({ status: 'done' });
      expect(toy.sent).toEqual(['Ben']);
      await client.close();
    },
  );

  it('gives the link to clients of line 1.x, and to those that know forms alone', async () => {
    const old = await connectOld(`${mesh.url}/mcp`, token);
    const { structuredContent } = await old.callTool({ name: 'send', arguments: { payee: 'Ben' } });
    expect(structuredContent).toMatchObject({ status: 'approval_required' });
    await old.close();
    const { result } = await call({ capabilities: { elicitation: { form: {} } } });
    expect(result).toMatchObject({
      resultType: 'complete',
      structuredContent: { status: 'approval_required' },
    });
  });
});

it('the short path asks as the SDK does', async () => {
  const text = async (more: Retry) =>
    JSON.stringify(await call(more))
      .replace(/"requestState":"[\w-]+"/, 'state')
      .replaceAll(/apr_\w+/g, 'apr');
  for (const capabilities of [{ elicitation: { url: {} } }, { elicitation: {} }, {}]) {
    expect(await text({ capabilities })).toBe(await text({ capabilities, progressToken: 'p' }));
  }
});

// proves: approval-not-the-clients
describe('a client that answers for the human', () => {
  it('gains nothing: what it says is not asked, what the person decided is', {
    timeout: 60_000,
  }, async () => {
    const { result } = await call({ requestState: await asked(), action: 'accept' });
    // Nobody has decided: it is asked again.
    expect(result).toMatchObject({ resultType: 'input_required' });
    expect(toy.sent).toEqual([]);
    const { result: declined } = await call({
      requestState: String(result?.requestState),
      action: 'decline',
    });
    expect(declined).toMatchObject({ structuredContent: { status: 'approval_required' } });
    expect(toy.sent).toEqual([]);
  });

  it('gains nothing by an approval of other arguments, another client or another tool', async () => {
    const requestState = await asked();
    decide(toy.last(), 'granted');
    const refused = { error: { code: -32602, message: expect.stringContaining('requestState') } };
    expect(await call({ requestState, action: 'accept', payee: 'Eve' })).toMatchObject(refused);
    expect(await call({ requestState, action: 'accept', token: `${token}+client.eve` })).toMatchObject(
      refused,
    );
    expect(await call({ requestState: `${requestState.slice(0, -2)}AA`, action: 'accept' })).toMatchObject(
      refused,
    );
    expect(await call({ requestState: 'v1.e30.AAAA', action: 'accept' })).toMatchObject(refused);
    expect(await call({ requestState, action: 'accept', tool: 'get_mesh_status' })).toMatchObject(refused);
    expect(toy.sent).toEqual([]);
    const { result } = await call({ requestState, action: 'accept' });
    expect(result).toMatchObject({ structuredContent: { status: 'done' } });
  });

  it('uses each state once', async () => {
    const requestState = await asked();
    decide(toy.last(), 'granted');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call({ requestState, action: 'accept' })),
    );
    expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
    expect(answers.filter(({ error }) => error?.code === -32602)).toHaveLength(4);
    expect(toy.sent).toEqual(['Ben']);
  });
});

it('a person who decides while the client waits is heard at once', async () => {
  const requestState = await asked();
  const begun = performance.now();
  const repeated = call({ requestState, action: 'accept' });
  await until(() => expect(mesh.toys.toy?.seen.at(-1)?.name).toBe('send'));
  decide(toy.last(), 'granted');
  expect((await repeated).result).toMatchObject({ structuredContent: { status: 'done' } });
  expect(performance.now() - begun).toBeLessThan(15_000);
});
