import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/arguments.js';

const env = { XDG_CONFIG_HOME: '/home/ada/.config' };

describe('the arguments', () => {
  it('are one address', () => {
    expect(parseArguments(['https://florin.example/mcp'], env)).toEqual({
      url: new URL('https://florin.example/mcp'),
      api_key: undefined,
      client_document: undefined,
      config_dir: '/home/ada/.config/florin-connect',
    });
    expect(parseArguments(['http://127.0.0.1:8080/mcp'], { ...env, FLORIN_API_KEY: 'k' })).toMatchObject({
      api_key: 'k',
    });
  });

  it.each([
    ['none', []],
    ['two', ['https://a.example', 'https://b.example']],
    ['no address', ['florin']],
    ['of another protocol', ['file:///etc/passwd']],
    ['an option that is not known', ['--verbose', 'https://a.example']],
  ])('that are %s are refused', (_what, args) => {
    expect(parseArguments(args, env)).toHaveProperty('wrong');
  });

  it('never send a token in the clear to another computer', () => {
    expect(parseArguments(['http://florin.example/mcp'], env)).toHaveProperty('wrong');
    expect(parseArguments(['http://127.evil.example/mcp'], env)).toHaveProperty('wrong');
    expect(parseArguments(['http://localhost:8080/mcp'], env)).toHaveProperty('url');
    expect(parseArguments(['http://[::1]:8080/mcp'], env)).toHaveProperty('url');
  });
});
