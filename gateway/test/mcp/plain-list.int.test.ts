import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, post } from '../support/clients.js';
import { manyTools } from '../support/many-tools.js';
import { everything, startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';
import { toyOffer } from '../support/toy-service.js';

let mesh: ToyMesh;
beforeAll(async () => {
  mesh = await startToyMesh({ toy: toyOffer, many: manyTools(230) });
});
afterAll(() => mesh?.stop());

const MODERN = '2026-07-28';

interface Asked {
  era: typeof MODERN | '2025-11-25' | '2025-03-26' | undefined;
  id: unknown;
  method: string;
  params: Readonly<Record<string, unknown>> | undefined | null | readonly unknown[];
  token: string | undefined;
  query: string;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  era: fc.constantFrom(MODERN, '2025-11-25' as const, '2025-03-26' as const, undefined),
  id: fc.oneof(fc.string({ maxLength: 10 }), fc.integer()),
  method: fc.constantFrom('tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'),
  params: fc.oneof(
    fc.constantFrom(undefined, {}, { cursor: 'no cursor' }, { cursor: 7 }, [], null),
    fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
  ),
  token: fc.constantFrom(everything, tokenFor('profile:read'), 'expired', undefined),
  query: fc.constantFrom('', '?toolsets=all', '?toolsets=toy&access=read'),
});

async function answer({ era, id, method, params, token, query }: Asked, path: 'short' | 'sdk') {
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  };
  // A progress token is nothing to a list, and all that keeps it from the short path.
  const meta = { ...(era === MODERN && envelope), ...(path === 'sdk' && { progressToken: 'p' }) };
  const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
  const sent =
    Object.keys(meta).length > 0 && (isObject || params === undefined) ? { ...params, _meta: meta } : params;
  const body = { jsonrpc: '2.0', id, method, ...(sent !== undefined && { params: sent }) };
  const response = await post(`${mesh.url}/mcp${query}`, body, {
    'mcp-protocol-version': era,
    authorization: token && `Bearer ${token}`,
    ...(era === MODERN && { 'mcp-method': method }),
  });
  const head = ['content-type', 'cache-control', 'x-accel-buffering', 'www-authenticate', 'vary'];
  const headers = head.map((header) => `${header}: ${response.headers.get(header)}`);
  return [response.status, ...headers, (await response.text()).replace(/req_[\w-]+/g, 'req_')].join('\n');
}

describe('a list on the short path', () => {
  it('is answered as the SDK answers it', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (each) => {
        expect(await answer(each, 'short')).toBe(await answer(each, 'sdk'));
      }),
      { numRuns: 600 },
    );
  });
});

// proves: lists-in-pages
describe('a long list', () => {
  it.each([MODERN, '2025-11-25'] as const)(
    'comes in pages, each item once and in one order: %s',
    async (era) => {
      const seen: string[] = [];
      let cursor: unknown;
      let pages = 0;
      do {
        const params = cursor === undefined ? {} : { cursor };
        const text = await answer(
          { era, id: 1, method: 'tools/list', params, token: everything, query: '?toolsets=all' },
          pages % 2 === 0 ? 'short' : 'sdk',
        );
        const result = JSON.parse(text.slice(text.indexOf('{"result"'))).result;
        expect(result.tools.length).toBeLessThanOrEqual(100);
        seen.push(...result.tools.map(({ name }: { name: string }) => name));
        cursor = result.nextCursor;
        pages += 1;
      } while (cursor !== undefined && pages < 10);
      expect(pages).toBe(3);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBe(230 + 7);
    },
  );

  it('has cursors that open no other list, and none that is made up', async () => {
    const ask = async (query: string, cursor?: string) => {
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: cursor ? { cursor } : {} };
      return answerOf(await post(`${mesh.url}/mcp${query}`, body, { authorization: `Bearer ${everything}` }));
    };
    const { result } = await ask('?toolsets=all');
    const cursor = String(result?.nextCursor);
    expect((await ask('?toolsets=all', cursor)).result?.tools).toHaveLength(100);
    expect((await ask('?toolsets=many', cursor)).error).toMatchObject({ code: -32602 });
    expect((await ask('?toolsets=all', `${cursor}x`)).error).toMatchObject({ code: -32602 });
    expect((await ask('?toolsets=all', 'AAAA')).error).toMatchObject({ code: -32602 });
  });
});
