import { type TestIssuer, testIssuer } from '@florin/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallKind, Door } from '../src/index.js';
import { type ToyDeps, toyDoor } from './toy.js';

let issuer: TestIssuer;
let deps: ToyDeps;
let door: Door;
let log: string[];

beforeAll(async () => {
  issuer = await testIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  deps = { notes: [], gate: Promise.resolve() };
  ({ door, log } = toyDoor(issuer, deps));
});

const user = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';

function call(kind: CallKind, name: string, args: unknown, mesh_token = '') {
  return door.call({
    kind,
    name,
    arguments: args,
    mesh_token,
    request_id: 'req_1',
    traceparent: '',
    signal: new AbortController().signal,
    progress() {},
  });
}

const token = (...scopes: string[]) => issuer.sign({ sub: user, scopes });

describe('the door', () => {
  it('lets anybody call what is public', async () => {
    expect(JSON.parse(await call('tool', 'say_hello', { name: 'Ada' }))).toEqual({ greeting: 'Hello Ada' });
  });

  it('runs an operation for the person that the token names', async () => {
    const result = await call('tool', 'add_note', { note: 'milk' }, await token('profile:write'));
    expect(JSON.parse(result)).toEqual({ note_id: 'note_1', user_id: user });
    expect(deps.notes).toEqual(['milk']);
  });

  it('refuses who has no token, before looking at the input', async () => {
    await expect(call('tool', 'add_note', { nonsense: 1 })).rejects.toMatchObject({
      reason: 'UNAUTHENTICATED',
    });
  });

  it('refuses who lacks the scope, and says which', async () => {
    const refused = call('tool', 'add_note', { note: 'milk' }, await token('profile:read'));
    await expect(refused).rejects.toMatchObject({
      reason: 'INSUFFICIENT_SCOPE',
      details: { required_scopes: ['profile:write'] },
    });
    expect(deps.notes).toEqual([]);
  });

  // proves: agent-tools
  it('lets an agent call no tool but those that the person allowed', async () => {
    const limited = (tools: string[]) =>
      issuer.sign({ sub: user, scopes: ['profile:write'], overrides: { tools } });
    for (const tools of [[], ['say_hello', 'read_resource']]) {
      const refused = call('tool', 'add_note', { note: 'milk' }, await limited(tools));
      await expect(refused).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'TOOL_NOT_ALLOWED' });
    }
    expect(deps.notes).toEqual([]);
    await call('tool', 'add_note', { note: 'milk' }, await limited(['add_note']));
    expect(deps.notes).toEqual(['milk']);
  });

  // proves: bad-input-named
  it.each([
    ['a number for a text', { note: 7 }],
    ['an unknown field', { note: 'milk', colour: 'red' }],
    ['a prototype', JSON.parse('{"note":"milk","__proto__":{"admin":true}}')],
    ['a list for an object', ['milk']],
    ['over-long text', { note: 'x'.repeat(41) }],
    ['a missing field', {}],
  ])('refuses %s, and nothing has run', async (_name, input) => {
    const refused = call('tool', 'add_note', input, await token('profile:write'));
    await expect(refused).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    expect(deps.notes).toEqual([]);
  });

  it('tells the ids of what was written when the result cannot be shown', async () => {
    const refused = call('tool', 'add_note_badly', { note: 'milk' }, await token('profile:write'));
    await expect(refused).rejects.toMatchObject({
      reason: 'INTERNAL',
      retryable: false,
      details: { committed: true, note_id: 'note_1' },
    });
    expect(log.join('')).toContain('the result broke its schema');
  });

  it('never returns more than 64 KiB', async () => {
    const refused = call('tool', 'read_everything', {}, await token('profile:read'));
    await expect(refused).rejects.toMatchObject({ reason: 'RESULT_TOO_LARGE' });
  });

  it('reads a resource as MCP shows it', async () => {
    deps.notes.push('milk', 'bread');
    const read = await call('resource', 'notes://me/all?prefix=m', undefined, await token('profile:read'));
    expect(JSON.parse(read)).toEqual({
      contents: [
        {
          uri: 'notes://me/all?prefix=m',
          mimeType: 'application/json',
          text: '{"notes":["milk"]}',
          _meta: { lastModified: '2026-11-02T09:00:00.000Z' },
        },
      ],
    });
  });

  it('refuses a resource whose query it does not know', async () => {
    const refused = call('resource', 'notes://me/all?colour=red', undefined, await token('profile:read'));
    await expect(refused).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it('renders a prompt and completes an argument', async () => {
    deps.notes.push('milk', 'bread');
    const prompt = await call('prompt', 'tidy_up', { style: 'gently' }, await token('profile:read'));
    expect(JSON.parse(prompt).messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Tidy up my notes, gently.' } },
    ]);
    const completion = await call(
      'completion',
      'notes://{user_id}/all{?prefix}',
      { argument: { name: 'prefix', value: 'mi' } },
      await token('profile:read'),
    );
    expect(JSON.parse(completion)).toEqual({ completion: { values: ['milk'], hasMore: false } });
  });

  it.each([
    ['tool', 'drop_tables', 'UNKNOWN_TOOL'],
    ['tool', 'constructor', 'UNKNOWN_TOOL'],
    ['resource', 'notes://me', 'UNKNOWN_RESOURCE'],
    ['prompt', 'toString', 'UNKNOWN_PROMPT'],
    ['completion', 'toString', 'UNKNOWN_PROMPT'],
  ] as const)('knows no %s named %s', async (kind, name, reason) => {
    await expect(call(kind, name, {}, await token('profile:read'))).rejects.toMatchObject({ reason });
  });

  // proves: no-card-numbers
  it.each([
    ['public operation', 'tool', 'say_hello', { name: 'a 4242 4242 4242 4242' }],
    ['operation', 'tool', 'add_note', { note: '4242-4242-4242-4242' }],
    ['field that is not known', 'tool', 'add_note', { 4242424242424242: 'x' }],
    ['field of another kind', 'tool', 'add_note', { note: 4242424242424242 }],
    ['resource', 'resource', 'notes://4242424242424242/all', undefined],
    ['prompt', 'prompt', 'tidy_up', { style: '4242424242424242' }],
    [
      'completion',
      'completion',
      'notes://{user_id}/all{?prefix}',
      { argument: { name: 'prefix', value: '4242424242424242' } },
    ],
  ] as const)(
    'refuses a card number in the input of a %s, and repeats it nowhere',
    async (_what, kind, name, args) => {
      const refused = call(kind, name, args, await token('profile:read', 'profile:write')).catch(
        (error) => error,
      );
      expect(await refused).toMatchObject({ reason: 'CARD_NUMBER_REFUSED' });
      expect(JSON.stringify(await refused) + log.join('')).not.toContain('4242');
      expect(deps.notes).toEqual([]);
    },
  );

  it.each([
    ['operation', 'tool', 'add_note', { note: 'a\0b' }],
    ['operation', 'tool', 'add_note', { note: '\ud83d' }],
    ['name of a field', 'tool', 'add_note', { note: 'a', '\0': 'b' }],
    ['prompt', 'prompt', 'tidy_up', { style: '\udc00' }],
    [
      'completion',
      'completion',
      'notes://{user_id}/all{?prefix}',
      { argument: { name: 'prefix', value: '\0' } },
    ],
  ] as const)('refuses what no table can hold in the input of a %s', async (_what, kind, name, args) => {
    const refused = call(kind, name, args, await token('profile:read', 'profile:write'));
    await expect(refused).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      message: expect.stringContaining('U+0000'),
    });
    expect(deps.notes).toEqual([]);
  });

  it('takes every character that is whole', async () => {
    await call('tool', 'add_note', { note: '👩‍👩‍👧 \u{1f600}\n' }, await token('profile:write'));
    expect(deps.notes).toHaveLength(1);
  });

  it('logs no input and no token', async () => {
    const secret = await token('profile:write');
    await expect(call('tool', 'add_note', { note: 'hunter2'.repeat(20) }, secret)).rejects.toThrow();
    expect(log.join('')).toContain('INVALID_ARGUMENT');
    expect(log.join('')).not.toContain('hunter2');
    expect(log.join('')).not.toContain(secret);
  });
});
