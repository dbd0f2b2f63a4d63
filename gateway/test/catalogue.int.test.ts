import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, callOf, connect, post } from './support/clients.js';
import { manyTools } from './support/many-tools.js';
import { startToyMesh, type ToyMesh, tokenFor } from './support/toy-mesh.js';
import { toyOffer } from './support/toy-service.js';

const token = tokenFor('profile:read', 'profile:write', 'payments:write');
const authorization = `Bearer ${token}`;
let mesh: ToyMesh;
let url: string;

beforeAll(async () => {
  mesh = await startToyMesh({ toy: toyOffer, many: manyTools(60) });
  url = `${mesh.url}/mcp`;
});
afterAll(() => mesh?.stop());

async function toolsAt(query: string, shown = token): Promise<string[]> {
  const client = await connect(`${url}${query}`, shown);
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

const call = async (query: string, name: string, args: unknown = {}, shown = token) =>
  answerOf(await post(`${url}${query}`, callOf(name, args), { authorization: `Bearer ${shown}` }));

// proves: short-default-list
describe('the list of a client that chose nothing', () => {
  it('has at most 30 tools, of every service some, and what is left out can still be called', async () => {
    const tools = await toolsAt('');
    expect(tools).toHaveLength(30);
    expect(tools).toEqual(
      expect.arrayContaining(['get_mesh_status', 'read_resource', 'add_note', 'many_000']),
    );
    const missing = Array.from({ length: 60 }, (_, index) => `many_0${index}`).find(
      (name) => name.length === 8 && !tools.includes(name),
    );
    expect((await call('', missing ?? '')).result?.structuredContent).toEqual({ done: true });
  });

  it('is the same at every replica and each time', async () => {
    const lists = await Promise.all([toolsAt(''), toolsAt(''), toolsAt('')]);
    expect(new Set(lists.map((list) => list.join())).size).toBe(1);
  });
});

// proves: toolsets
describe('a client that chose toolsets', () => {
  it('is listed these, whole, and what the gateway itself serves', async () => {
    expect(await toolsAt('?toolsets=many')).toHaveLength(62);
    expect(await toolsAt('?toolsets=toy,many')).toHaveLength(60 + 7);
    expect(await toolsAt('?toolsets=all')).toEqual(await toolsAt('?toolsets=many,toy'));
    const client = await connect(`${url}?toolsets=many`, token);
    expect((await client.listPrompts()).prompts).toEqual([]);
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
    await client.close();
  });

  it('cannot call the others, and is told which choice keeps it from them', async () => {
    const { error } = await call('?toolsets=many', 'add_note', { note: 'milk' });
    expect(error).toMatchObject({ code: -32602 });
    expect(error?.message).toContain('?toolsets=');
    expect((await call('?toolsets=toy', 'add_note', { note: 'milk' })).result?.isError).toBeUndefined();
  });

  it('is refused a name that there is none of', async () => {
    const refused = await post(`${url}?toolsets=bankng`, callOf('say_hello'), { authorization });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('There are: all, gateway, toy, many');
    expect((await post(`${url}?access=none`, callOf('say_hello'), { authorization })).status).toBe(400);
  });
});

// proves: access-read
describe('a client that connected to read', () => {
  it('is listed what reads, and refused what writes, on both paths', async () => {
    const tools = await toolsAt('?access=read&toolsets=all');
    expect(tools).toContain('read_slowly');
    expect(tools).not.toContain('add_note');
    expect(tools.filter((name) => name.startsWith('many_'))).toHaveLength(30);
    const notes = mesh.toys.toy?.deps.notes.length;
    const refused = await call('?access=read', 'add_note', { note: 'milk' });
    expect(refused.result?.structuredContent).toMatchObject({ error: { reason: 'TOOL_NOT_ALLOWED' } });
    const slow = {
      ...callOf('add_note', { note: 'milk' }),
      params: { name: 'add_note', arguments: { note: 'milk' }, _meta: { progressToken: 'p' } },
    };
    const { result } = await answerOf(await post(`${url}?access=read`, slow, { authorization }));
    expect(result?.structuredContent).toMatchObject({ error: { reason: 'TOOL_NOT_ALLOWED' } });
    expect(mesh.toys.toy?.deps.notes.length).toBe(notes);
    expect((await call('?access=read', 'many_000')).result?.structuredContent).toEqual({ done: true });
  });
});

describe('an agent that may use some tools only', () => {
  const agent = tokenFor('profile:read', 'profile:write', 'tool:add_note', 'tool:many_001');

  it('is listed these and no other, whatever it chose', async () => {
    expect(await toolsAt('', agent)).toEqual(['add_note', 'many_001']);
    expect(await toolsAt('?toolsets=all', agent)).toEqual(['add_note', 'many_001']);
  });

  it('is refused the others, those of the gateway as well', async () => {
    for (const name of ['get_mesh_status', 'many_000']) {
      const { result } = await call('', name, {}, agent);
      expect(result?.structuredContent).toMatchObject({ error: { reason: 'TOOL_NOT_ALLOWED' } });
    }
  });
});

// proves: expired-never-empty
describe('a token that is expired or forged', () => {
  const lists = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'];
  it.each(lists)('never gives an empty list: %s is challenged', async (method) => {
    for (const shown of ['expired', 'forged']) {
      const response = await post(
        url,
        { jsonrpc: '2.0', id: 1, method },
        { authorization: `Bearer ${shown}` },
      );
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('invalid_token');
    }
  });
});
