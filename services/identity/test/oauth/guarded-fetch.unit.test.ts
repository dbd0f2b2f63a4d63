import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuardedFetch, isAllowedAddress } from '../../src/oauth/guarded-fetch.js';

describe('an address that a client names', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a00:1',
    'fd00::1',
    'fe80::1',
  ])('is not fetched when it is %s', (address) => {
    expect(isAllowedAddress(address, { allow_loopback: false })).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('is fetched when it is %s', (address) => {
    expect(isAllowedAddress(address, { allow_loopback: false })).toBe(true);
  });

  it('may be this machine in a local run, and still no neighbour', () => {
    expect(isAllowedAddress('127.0.0.1', { allow_loopback: true })).toBe(true);
    expect(isAllowedAddress('169.254.169.254', { allow_loopback: true })).toBe(false);
  });
});

describe('the fetch', () => {
  const strict = createGuardedFetch({ allow_loopback: false });

  it.each([
    'http://app.example/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://2130706433/',
    'https://localhost/',
  ])('does not even connect to %s', async (url) => {
    let connections = 0;
    const server = createServer().on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(strict(url.replace(/\/$/, `:${port}/`))).rejects.toThrow(TypeError);
    server.close();
    expect(connections).toBe(0);
  });
});

describe('a site that answers', () => {
  let site: Server;
  let origin: string;
  let guarded: ReturnType<typeof createGuardedFetch>;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'florin-fetch-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', certificate, ...names], {
      stdio: 'ignore',
    });
    const ca = readFileSync(certificate);
    site = createSecureServer({ key: readFileSync(key), cert: ca }, (request, response) => {
      if (request.url === '/slow') return;
      if (request.url === '/large') return response.end(Buffer.alloc(70_000, 'x'));
      if (request.url === '/moved') return response.writeHead(302, { location: '/document' }).end();
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' });
      response.end(JSON.stringify({ headers: request.headers }));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    origin = `https://127.0.0.1:${(site.address() as AddressInfo).port}`;
    guarded = createGuardedFetch({ allow_loopback: true, ca });
    rmSync(folder, { recursive: true });
  });
  afterAll(() => {
    site.closeAllConnections();
    site.close();
  });

  it('is read, and told nothing but what is asked for', async () => {
    const response = await guarded(`${origin}/document`, { headers: { accept: 'application/json' } });
    expect(response.headers.get('cache-control')).toBe('max-age=60');
    const { headers } = (await response.json()) as { headers: Record<string, string> };
    expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host']);
  });

  it.each([
    ['leads elsewhere', '/moved'],
    ['says too much', '/large'],
    ['says nothing', '/slow'],
  ])('and %s is given up', async (_name, path) => {
    await expect(guarded(`${origin}${path}`)).rejects.toThrow('fetch failed');
  });

  it('and cannot prove its name is not read', async () => {
    await expect(createGuardedFetch({ allow_loopback: true })(`${origin}/document`)).rejects.toThrow(
      'fetch failed',
    );
  });
});
