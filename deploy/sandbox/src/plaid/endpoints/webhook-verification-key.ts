import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { PlaidError } from '../errors.js';

export const webhookVerificationKeyGet = defineEndpoint({
  path: '/webhook_verification_key/get',
  input: { key_id: z.string().min(1).max(100) },
  run({ key_id }, { signing_key }) {
    const { kid, created_at_ms, private_jwk } = signing_key;
    if (key_id !== kid) throw new PlaidError('INVALID_WEBHOOK_VERIFICATION_KEY_ID');
    const { kty, crv, x, y } = private_jwk;
    const created_at = Math.floor(created_at_ms / 1_000);
    return { key: { alg: 'ES256', kid, kty, crv, x, y, use: 'sig', created_at, expired_at: null } };
  },
});
