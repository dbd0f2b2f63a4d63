import { createHash } from 'node:crypto';
import { testClock } from '@florin/testkit';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebhookVerifier, type VerifyWebhook } from '../../src/http/verify-webhook.js';
import type { BankData, WebhookKey } from '../../src/providers/bank-data.js';

const body = Buffer.from('{"webhook_type":"TRANSACTIONS"}');
const request_body_sha256 = createHash('sha256').update(body).digest('hex');

const { publicKey, privateKey } = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'key-1' } as WebhookKey['jwk'];

const clock = testClock();
const getWebhookKey = vi.fn<BankData['getWebhookKey']>();
let verify: VerifyWebhook;

beforeEach(() => {
  getWebhookKey
    .mockReset()
    .mockImplementation(async (kid) => (kid === 'key-1' ? { jwk, expired: false } : undefined));
  verify = createWebhookVerifier({ bank: { getWebhookKey } as unknown as BankData, now: clock.now });
});

function sign({
  kid = 'key-1',
  age_s = 0,
  claims = {},
}: {
  kid?: string;
  age_s?: number;
  claims?: JWTPayload;
} = {}) {
  const iat = Math.floor(clock.now().getTime() / 1_000) - age_s;
  return new SignJWT({ request_body_sha256, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
    .setIssuedAt(iat)
    .sign(privateKey);
}

const refused = { reason: 'UNAUTHENTICATED' };

describe('the webhook verifier', () => {
  it('accepts what the provider signed, up to five minutes old and half a minute ahead', async () => {
    await verify(await sign(), body);
    await verify(await sign({ age_s: 300 }), body);
    await verify(await sign({ age_s: -30 }), body);
  });

  it('refuses older ones and ones from the future, without asking for a key', async () => {
    await expect(verify(await sign({ age_s: 301 }), body)).rejects.toMatchObject(refused);
    await expect(verify(await sign({ age_s: -31 }), body)).rejects.toMatchObject(refused);
    expect(getWebhookKey).not.toHaveBeenCalled();
  });

  it('refuses another algorithm before it looks at a key', async () => {
    const unsigned = [
      { alg: 'none', kid: 'key-1' },
      { iat: clock.now().getTime() / 1_000, request_body_sha256 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    await expect(verify(`${unsigned}.`, body)).rejects.toMatchObject(refused);
    const symmetric = await new SignJWT({ request_body_sha256 })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .setIssuedAt(clock.now())
      .sign(Buffer.from(JSON.stringify(jwk)));
    await expect(verify(symmetric, body)).rejects.toMatchObject(refused);
    expect(getWebhookKey).not.toHaveBeenCalled();
  });

  it('refuses a body that is not the signed one to the byte', async () => {
    await expect(verify(await sign(), Buffer.concat([body, Buffer.from('\n')]))).rejects.toMatchObject(
      refused,
    );
    await expect(verify(await sign({ claims: { request_body_sha256: '' } }), body)).rejects.toMatchObject(
      refused,
    );
  });

  it('refuses a signature of another key under a known name', async () => {
    const other = await generateKeyPair('ES256');
    const token = await new SignJWT({ request_body_sha256 })
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .setIssuedAt(clock.now())
      .sign(other.privateKey);
    await expect(verify(token, body)).rejects.toMatchObject(refused);
  });

  it('asks for a key once, and again after ten minutes, when it may have expired', async () => {
    await verify(await sign(), body);
    await verify(await sign(), body);
    expect(getWebhookKey).toHaveBeenCalledTimes(1);
    clock.advance(10 * 60_000);
    getWebhookKey.mockResolvedValue({ jwk, expired: true });
    await expect(verify(await sign(), body)).rejects.toMatchObject(refused);
    expect(getWebhookKey).toHaveBeenCalledTimes(2);
  });

  it('asks for at most thirty unknown keys a minute, whoever makes them up', async () => {
    clock.advance(60_000);
    for (let index = 0; index < 40; index++) {
      await expect(verify(await sign({ kid: `made-up-${index}` }), body)).rejects.toThrow();
    }
    expect(getWebhookKey).toHaveBeenCalledTimes(30);
  });

  it('lets a provider that cannot be reached be told from a forgery', async () => {
    const down = new Error('down');
    getWebhookKey.mockRejectedValue(down);
    await expect(verify(await sign(), body)).rejects.toBe(down);
  });
});
