import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenStore } from '../src/token-store.js';

let folder: string;
const server = new URL('https://florin.example/mcp');
const tokens = { access_token: 'a', token_type: 'Bearer' };

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'florin-connect-')), 'config');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what is kept', () => {
  it('is readable by the person alone, and leaves no other file behind', () => {
    const store = createTokenStore(folder, server);
    store.write({ tokens });
    store.write({ callback_port: 4_000 });
    const files = readdirSync(folder);
    expect(files).toHaveLength(1);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, files[0] ?? '')).mode & 0o777).toBe(0o600);
    expect(store.read()).toMatchObject({ tokens, callback_port: 4_000 });
  });

  it('is of one server: another gets none of it', () => {
    createTokenStore(folder, server).write({ tokens });
    expect(createTokenStore(folder, new URL('https://evil.example/mcp')).read()).toEqual({});
  });

  it('is what another bridge wrote last', () => {
    const [one, other] = [createTokenStore(folder, server), createTokenStore(folder, server)];
    one.write({ tokens });
    other.write({ tokens: { ...tokens, access_token: 'b' } });
    expect(one.read().tokens?.access_token).toBe('b');
    one.write({ tokens: undefined });
    expect(other.read().tokens).toBeUndefined();
  });

  it('is nothing where the file cannot be read', () => {
    const store = createTokenStore(folder, server);
    store.write({ tokens });
    writeFileSync(join(folder, readdirSync(folder)[0] ?? ''), '{"tokens":');
    expect(store.read()).toEqual({});
    store.write({ tokens });
    expect(store.read().tokens).toEqual(tokens);
  });
});
