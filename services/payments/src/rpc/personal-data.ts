import { ownerOf, type RpcService, type RpcSupport, serveStreamRpc } from '@florin/chassis';
import type { Db, RawSql } from '@florin/postgres';
import { type ExportPart, florin, type PersonalDataHandlers } from '@florin/proto';
import { exportMethods, exportPayments, exportRefunds, exportWallets } from '../store/export.js';

interface Parts {
  db: Db;
  sql: RawSql;
}

/** florin.privacy.v1.PersonalData: what payments has of a person, for the archive that identity makes. */
export function personalDataRpc(parts: Parts, support: RpcSupport): RpcService {
  const handlers: PersonalDataHandlers = {
    Export: serveStreamRpc({ callers: ['identity'], ...support }, (_request, { actor }) =>
      exportOf(ownerOf(actor, 'me'), parts),
    ),
  };
  return { definition: florin.privacy.v1.PersonalData.service, handlers };
}

async function* exportOf(user_id: string, { db, sql }: Parts): AsyncGenerator<ExportPart> {
  yield part('wallets', await exportWallets(user_id, sql));
  yield part('payment_methods', await exportMethods(user_id, db));
  for await (const page of exportPayments(user_id, db)) yield part('payments', page);
  yield part('refunds', await exportRefunds(user_id, db));
}

function part(name: string, rows: readonly object[]): ExportPart {
  return { name, json: Buffer.from(JSON.stringify(rows)) };
}
