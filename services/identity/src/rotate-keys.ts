import { createLogger, loadConfig, uuidToId } from '@florin/chassis';
import { createDatabase, parseKeyRing, rewrapColumn, type SealedColumn } from '@florin/postgres';
import { identityConfig } from './config.js';
import { createPersonalData } from './store/personal-data.js';
import { rewrapUsers } from './store/rewrap-users.js';

/** Everything that this database holds under FIELD_KEYS, but for people's own rows. */
const sealedColumns: readonly SealedColumn[] = [
  { table: 'person_keys', column: 'sealed_key', key: ['user_id'], row: (id) => uuidToId('usr', id) },
  { table: 'signing_keys', column: 'private_jwk', key: ['key_id'], row: (id) => id },
  { table: 'totp_factors', column: 'secret', key: ['user_id'], row: (id) => uuidToId('usr', id) },
  { table: 'approvals', column: 'summary', key: ['approval_id'], row: (id) => uuidToId('apr', id) },
  { table: 'mails', column: 'content', key: ['mail_id'], row: (id) => id },
  { table: 'federated_sign_ins', column: 'payload', key: ['state_hash'], row: (hash) => hash },
  {
    table: 'oauth_records',
    column: 'payload',
    key: ['kind', 'record_hash'],
    row: (kind, hash) => `${kind}.${hash}`,
  },
];

/**
 * `node dist/main.js rotate-keys`: seals by the first key of FIELD_KEYS what older ones sealed, and keeps e-mail addresses
 * findable by it, so that the older keys can be removed. It runs beside the service, and again where it was interrupted.
 * @param say told what was done, line by line
 */
export async function rotateKeys(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void> {
  const config = loadConfig(identityConfig.pick({ DATABASE_URL: true, FIELD_KEYS: true }), env);
  const ring = parseKeyRing(config.FIELD_KEYS);
  const logger = createLogger({ name: 'identity', level: 'warn' });
  const database = createDatabase({ url: config.DATABASE_URL, application_name: 'identity keys', logger });
  const { id } = ring.current;
  try {
    for (const sealed of sealedColumns) {
      const count = await rewrapColumn(database.sql, ring, sealed);
      say(`${sealed.table}.${sealed.column}: ${count} under ${id} now`);
    }
    const people = await rewrapUsers(database, createPersonalData(ring), id);
    say(`users: ${people} under ${id} now`);
    say(`Done: everything is under ${id}.`);
  } finally {
    await database.close();
  }
}
