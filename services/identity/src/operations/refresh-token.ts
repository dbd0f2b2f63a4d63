import { definePublicOperation } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { rotateRefreshToken } from '../store/rotate-refresh-token.js';
import { issueTokens, tokenResponse } from '../tokens/token-response.js';

export const refreshToken = definePublicOperation<IdentityDeps>()({
  name: 'refresh_token',
  title: 'Refresh the access token',
  description:
    'Exchanges a refresh token for a new access token and a new refresh token. Each refresh token works once: keep the ' +
    'new one, and never refresh twice at the same time. Using an old one ends the session, and the person must sign in again.',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({
    refresh_token: z
      .string()
      .min(1)
      .max(256)
      .describe('The refresh token that came with the last access token.')
      .meta({ examples: ['flr_Jx0c3cR5m1u7h2Qn8y4sT6vW9zB1dF3gK5lP7rX0aEo'] }),
  }),
  output: tokenResponse,

  async run({ refresh_token }, { deps, now, traceparent }) {
    const rotation = await rotateRefreshToken(deps, refresh_token, { now, traceparent });
    switch (rotation.outcome) {
      case 'rotated':
        return issueTokens(deps, rotation.session, rotation.refresh_token);
      case 'refused':
        throw fault('INVALID_TOKEN', 'This refresh token is not valid any more: sign in again.');
      case 'overtaken':
        throw fault(
          'CONFLICT',
          'This refresh token is being used by another call at this moment. Use the tokens which that call returns.',
          { retryable: false },
        );
      case 'revoked':
        throw fault(
          'REFRESH_TOKEN_REUSED',
          'This refresh token was used before, so it may have been stolen. The session has been ended: sign in again.',
        );
    }
  },
});
