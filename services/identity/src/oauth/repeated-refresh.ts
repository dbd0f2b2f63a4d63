import { setTimeout as sleep } from 'node:timers/promises';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { OAuthRecords } from './records.js';

const POLL_MS = 50;
const POLLS = 20;

/**
 * Agents refresh in parallel and lose answers. Without this the second of two calls with one refresh token would end the
 * session: it looks as a theft does. So for a few seconds a repeat of the very same call, by the same authenticated client,
 * gets the very same answer, from ciphertext; later it is a reuse (RFC 9700, section 4.14.2).
 */
export function repeatedRefresh(records: OAuthRecords) {
  const answers = records.adapter('RefreshAnswer');

  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const call = refreshOf(ctx);
    if (call === undefined) return;
    if (ctx.status === 200) {
      const grantId = ctx.oidc.entities.Grant?.jti;
      await answers.upsert(call.key, { grantId, extra: { answer: ctx.body } }, records.repeat_window_s);
      return;
    }
    if (ctx.status !== 400 || !(await records.wasJustUsed(call.refresh_token))) return;
    const answer = await waitFor(async () => (await answers.find(call.key))?.extra?.answer);
    if (answer === undefined) return;
    ctx.status = 200;
    ctx.body = answer;
  };
}

/** What makes two calls the same: the token, the client that has proved who it is, and what is asked for. */
function refreshOf(ctx: KoaContextWithOIDC): { key: string; refresh_token: string } | undefined {
  if (ctx.oidc?.route !== 'token') return undefined;
  const { client, params } = ctx.oidc;
  const { grant_type, refresh_token, scope, resource } = params ?? {};
  if (client === undefined || grant_type !== 'refresh_token' || typeof refresh_token !== 'string')
    return undefined;
  return {
    key: JSON.stringify([refresh_token, client.clientId, scope ?? '', resource ?? '']),
    refresh_token,
  };
}

/** The first of two calls may not have its answer yet when the second comes. */
async function waitFor<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let poll = 0; poll < POLLS; poll += 1) {
    const found = await find();
    if (found !== undefined) return found;
    await sleep(POLL_MS);
  }
  return undefined;
}
