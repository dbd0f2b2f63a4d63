import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
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
