import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createClientAddress } from '../../src/http/client-address.js';

const from = (remoteAddress: string, forwarded?: string) => ({
  socket: { remoteAddress } as Socket,
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});

describe("the client's address", () => {
  it('is that of the connection where no proxy is trusted, whatever the header says', () => {
    const addressOf = createClientAddress([]);
    expect(addressOf(from('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
    expect(addressOf(from('::ffff:203.0.113.7'))).toBe('203.0.113.7');
  });

  it('is what the proxies saw, and never what the client wrote itself', () => {
    const addressOf = createClientAddress(['10.0.0.0/8', '192.0.2.1']);
    expect(addressOf(from('10.1.1.1', '203.0.113.7'))).toBe('203.0.113.7');
    expect(addressOf(from('10.1.1.1', '198.51.100.1, 203.0.113.7, 192.0.2.1'))).toBe('203.0.113.7');
    expect(addressOf(from('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  });

  it('is that of the proxy where it says nothing that can be an address', () => {
    const addressOf = createClientAddress(['10.0.0.0/8']);
    expect(addressOf(from('10.1.1.1'))).toBe('10.1.1.1');
    expect(addressOf(from('10.1.1.1', 'unknown'))).toBe('10.1.1.1');
    expect(addressOf(from('10.1.1.1', '203.0.113.7, '))).toBe('10.1.1.1');
  });
});
