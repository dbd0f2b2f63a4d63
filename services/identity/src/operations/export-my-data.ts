import { defineOperation, idSchema } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { IdentityDeps } from '../deps.js';
import { addDataExport } from '../store/data-exports.js';

const LIFETIME_MS = 15 * 60_000;
const MAX_WAITING = 5;

export const exportMyData = defineOperation<IdentityDeps>()({
  name: 'export_my_data',
  title: 'Export my data',
  description:
    'Makes a copy of all data that Florin has of the person who is signed in, from every service, as one JSON file. Show ' +
    'them the download_url: it works once, for 15 minutes, and only in a browser in which they are signed in. You cannot ' +
    'open it yourself.',
  scopes: ['profile:read'],
  rare: true,
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.strictObject({}),
  output: z.strictObject({
    export_id: idSchema('exp', 'The export.'),
    status: z.literal('ready').describe('It is gathered while the person downloads it.'),
    download_url: z
      .string()
      .describe('Where the person downloads it, once.')
      .meta({ examples: ['https://florin.example/account/export/exp_01jd5c3k8qf6t9w2x4y7z0a1b2'] }),
    expires_at: z
      .string()
      .describe('Until when it can be downloaded.')
      .meta({ examples: ['2026-11-02T09:15:00.000Z'] }),
  }),

  async run(_input, { actor, deps, now }) {
    const expires_at = new Date(now.getTime() + LIFETIME_MS);
    const export_id = await addDataExport(deps.db, actor.user_id, { now, expires_at, at_most: MAX_WAITING });
    if (export_id === undefined) {
      throw fault('RATE_LIMITED', 'Five exports were asked for already. Download one, or wait 15 minutes.');
    }
    return {
      export_id,
      status: 'ready' as const,
      download_url: new URL(`/account/export/${export_id}`, deps.issuer).href,
      expires_at: expires_at.toISOString(),
    };
  },
});
