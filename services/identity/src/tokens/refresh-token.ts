import { createHash, randomBytes } from 'node:crypto';

/** A refresh token says nothing and is kept nowhere: the table holds its hash. The prefix lets secret scanners know it. */
export function newRefreshToken(): { refresh_token: string; token_hash: string } {
  const refresh_token = `flr_${randomBytes(32).toString('base64url')}`;
  return { refresh_token, token_hash: hashRefreshToken(refresh_token) };
}

/** SHA-256 without salt is enough for 256 random bits: there is no list of likely ones to try. */
export function hashRefreshToken(refresh_token: string): string {
  return createHash('sha256').update(refresh_token).digest('hex');
}
