import { createHash } from 'node:crypto';
import type { FieldCipher } from '@florin/postgres';
import type { LinkSession } from './link-sessions.js';
import type { LinkRow } from './links.js';

/** The fields that the tables hold as ciphertext. */
export interface Secrets {
  sealAccessToken(provider_link_id: string, access_token: string): string;
  openAccessToken(link: LinkRow): string;
  sealLinkToken(session_id: string, link_token: string): string;
  openLinkToken(session: LinkSession): string;
}

export function createSecrets(cipher: FieldCipher): Secrets {
  // By the provider's id: a link that is linked again keeps its own id, and that is not known when the token is sealed.
  const accessToken = (row: string) => ({ table: 'links', column: 'access_token', row });
  const linkToken = (row: string) => ({ table: 'link_sessions', column: 'link_token', row });
  return {
    sealAccessToken: (provider_link_id, token) => cipher.seal(accessToken(provider_link_id), token),
    openAccessToken({ provider_link_id, access_token }) {
      if (access_token === null) throw new Error('the link has ended: its access token is destroyed');
      return cipher.open(accessToken(provider_link_id), access_token);
    },
    sealLinkToken: (session_id, token) => cipher.seal(linkToken(session_id), token),
    openLinkToken: ({ session_id, link_token }) => cipher.open(linkToken(session_id), link_token),
  };
}

/** For secrets that are only ever compared: what is 32 random bytes needs no salt and no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
