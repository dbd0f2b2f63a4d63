import { createLogger, loadConfig, uuidToId } from '@florin/chassis';
import { createDatabase, parseKeyRing, rewrapColumn, type SealedColumn } from '@florin/postgres';
import { bankingConfig } from './config.js';

/** Everything that this database holds under FIELD_KEYS. */
const sealedColumns: readonly SealedColumn[] = [
  { table: 'links', column: 'access_token', key: ['provider_link_id'], row: (id) => id },
  { table: 'link_sessions', column: 'link_token', key: ['session_id'], row: (id) => uuidToId('lks', id) },
];

/**
 * `node dist/main.js rotate-keys`: seals by the first key of FIELD_KEYS what older ones sealed, so that these can be
 * removed. It runs beside the service, and again where it was interrupted.
 * @param say told what was done, line by line
 */
export async function rotateKeys(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void> {
  const config = loadConfig(bankingConfig.pick({ DATABASE_URL: true, FIELD_KEYS: true }), env);
  const ring = parseKeyRing(config.FIELD_KEYS);
  const logger = createLogger({ name: 'banking', level: 'warn' });
  const database = createDatabase({ url: config.DATABASE_URL, application_name: 'banking keys', logger });
  try {
    for (const sealed of sealedColumns) {
      const count = await rewrapColumn(database.sql, ring, sealed);
      say(`${sealed.table}.${sealed.column}: ${count} under ${ring.current.id} now`);
    }
    say(`Done: everything is under ${ring.current.id}.`);
  } finally {
    await database.close();
  }
}
