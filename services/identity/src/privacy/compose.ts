import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, idSchema, type Logger } from '@florin/chassis';
import { fault } from '@florin/faults';
import { type Db, databaseFault, type KeyRing } from '@florin/postgres';
import type { Express } from 'express';
import { createApprovalSummaries } from '../approvals/summary.js';
import type { BrowserSessions } from '../browser/browser-session.js';
import { requireSession, sessionOf } from '../browser/forms.js';
import { pageErrors } from '../browser/routes.js';
import { claimDataExport, reopenDataExport } from '../store/data-exports.js';
import type { PersonalData } from '../store/personal-data.js';
import type { MeshTokens } from '../tokens/mesh-token.js';
import { type ArchiveParts, makeArchive } from './archive.js';
import { connectOtherServices } from './other-services.js';

interface Parts {
  db: Db;
  ring: KeyRing;
  personalData: PersonalData;
  browserSessions: BrowserSessions;
  meshTokens: MeshTokens;
  /** host:port by service. */
  addresses: ReadonlyMap<string, string>;
  now: Clock;
  logger: Logger;
}

const exportId = idSchema('exp', 'The export.');

/** Where people fetch what `export_my_data` promised them. */
export function composePrivacy(parts: Parts): { routes(app: Express): void; stop(): void } {
  const { db, browserSessions, now } = parts;
  const services = connectOtherServices(parts.addresses, parts.meshTokens);
  const archiveParts = { ...parts, services, summaries: createApprovalSummaries(parts.ring) };
  return {
    routes(app) {
      const signedIn = requireSession({ browserSessions, now });
      app.get('/account/export/:export_id', signedIn, async (request, response) => {
        const { user_id } = sessionOf(response);
        const { data: export_id } = exportId.safeParse(request.params.export_id);
        if (export_id === undefined || !(await claimDataExport(db, user_id, export_id, now()))) {
          throw fault(
            'NOT_FOUND',
            'There is no such export of yours any more: each is downloaded once, within 15 minutes. Ask for a new one.',
          );
        }
        const name = `florin-export-${now().toISOString().slice(0, 10)}.json`;
        response.set('cache-control', 'no-store').type('json').attachment(name);
        await send(archiveParts, { user_id, export_id }, response);
      });
      app.use('/account/export', pageErrors(databaseFault));
    },
    stop: () => services.close(),
  };
}

/** What did not arrive, or not in whole, can be fetched again until it expires. */
async function send(
  parts: ArchiveParts & Pick<Parts, 'now'>,
  { user_id, export_id }: { user_id: string; export_id: string },
  response: NodeJS.WritableStream,
): Promise<void> {
  const reopen = () => reopenDataExport(parts.db, user_id, export_id);
  const text = makeArchive(parts, user_id, parts.now(), async (missing) => {
    if (missing.length > 0) await reopen();
  });
  try {
    await pipeline(Readable.from(text), response);
  } catch (error) {
    await reopen();
    throw error;
  }
}
