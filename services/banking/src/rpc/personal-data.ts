import { type RpcService, type RpcSupport, serveStreamRpc } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { type ExportPart, florin, type PersonalDataHandlers } from '@florin/proto';
import { personOf } from '../operations/fields.js';
import { exportAccounts, exportLinks, exportTransactions } from '../store/export.js';

/** florin.privacy.v1.PersonalData: what banking has of a person, for the archive that identity makes. */
export function personalDataRpc({ db }: { db: Db }, support: RpcSupport): RpcService {
  const handlers: PersonalDataHandlers = {
    Export: serveStreamRpc({ callers: ['identity'], ...support }, (_request, { actor }) =>
      exportOf(personOf(actor), db),
    ),
  };
  return { definition: florin.privacy.v1.PersonalData.service, handlers };
}

async function* exportOf(user_id: string, db: Db): AsyncGenerator<ExportPart> {
  yield part('links', await exportLinks(user_id, db));
  yield part('accounts', await exportAccounts(user_id, db));
  for await (const page of exportTransactions(user_id, db)) yield part('transactions', page);
}

function part(name: string, rows: readonly object[]): ExportPart {
  return { name, json: Buffer.from(JSON.stringify(rows)) };
}
