import { describe, expect, it } from 'vitest';
import { checkParamHeaders } from '../../src/mcp/param-headers.js';

const tool = {
  name: 'search',
  inputSchema: {
    type: 'object' as const,
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      filter: { type: 'object', properties: { limit: { type: 'integer', 'x-mcp-header': 'Limit' } } },
    },
  },
};
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

describe('the headers that repeat an argument', () => {
  it.each([
    ['the same text', { region: 'eu' }, { 'mcp-param-region': 'eu' }],
    ['the same text in base64', { region: 'Köln' }, { 'mcp-param-region': base64('Köln') }],
    ['text that only begins as base64 does', { region: '=?base64?x' }, { 'mcp-param-region': '=?base64?x' }],
    ['the same number, written otherwise', { filter: { limit: 42 } }, { 'mcp-param-limit': '42.0' }],
    ['an argument that was left out', {}, { 'mcp-param-region': 'eu' }],
    ['arguments that are none', 'eu', {}],
  ])('pass with %s', (_what, args, headers) => {
    expect(checkParamHeaders(tool, args, headers)).toBeUndefined();
  });

  it.each([
    ['left out', { region: 'eu' }, {}],
    ['of another value', { region: 'eu' }, { 'mcp-param-region': 'us' }],
    ['of base64 without its padding', { region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }],
    [
      'of base64 with other characters',
      { region: 'Hello' },
      { 'mcp-param-region': '=?base64?SGVs!!!bG8=?=' },
    ],
    ['of base64 that is no UTF-8', { region: 'Hello' }, { 'mcp-param-region': '=?base64?/w==?=' }],
    ['of another text that is the same number', { region: '42' }, { 'mcp-param-region': '42.0' }],
    ['of another number', { filter: { limit: 42 } }, { 'mcp-param-limit': '43' }],
  ])('are refused where one is %s', (_what, args, headers) => {
    expect(checkParamHeaders(tool, args, headers)).toMatchObject({ status: 400, code: -32020 });
  });

  it('look at nothing that the arguments inherit', () => {
    const inherited = {
      ...tool,
      inputSchema: { type: 'object' as const, properties: { constructor: { 'x-mcp-header': 'X' } } },
    };
    expect(checkParamHeaders(inherited, {}, {})).toBeUndefined();
  });
});
