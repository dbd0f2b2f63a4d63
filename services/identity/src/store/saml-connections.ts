import { type Db, transaction } from '@florin/postgres';
import { asc, eq, lt, notInArray } from 'drizzle-orm';
import type { SamlConnectionConfig } from '../federation/config.js';
import { saml_assertions, saml_connections } from './schema-federation.js';

export type SamlConnection = typeof saml_connections.$inferSelect;

/** Makes the table hold these connections and no others. */
export async function replaceSamlConnections(
  db: Db,
  connections: readonly SamlConnectionConfig[],
  now: Date,
): Promise<void> {
  await transaction(db, async (tx) => {
    const kept = connections.map(({ connection }) => connection);
    await tx.delete(saml_connections).where(notInArray(saml_connections.connection, kept));
    for (const wanted of connections) {
      await tx
        .insert(saml_connections)
        .values({ ...wanted, created_at: now })
        .onConflictDoUpdate({ target: saml_connections.connection, set: wanted });
    }
  });
}

export async function findSamlConnection(db: Db, connection: string): Promise<SamlConnection | undefined> {
  const [found] = await db.select().from(saml_connections).where(eq(saml_connections.connection, connection));
  return found;
}

export function listSamlConnections(
  db: Db,
): Promise<Pick<SamlConnection, 'connection' | 'organization' | 'idp_entity_id'>[]> {
  return db
    .select({
      connection: saml_connections.connection,
      organization: saml_connections.organization,
      idp_entity_id: saml_connections.idp_entity_id,
    })
    .from(saml_connections)
    .orderBy(asc(saml_connections.organization));
}

/**
 * Remembers an assertion for as long as it could be used. SAML 2.0 Profiles, section 4.1.4.5: "The service provider MUST
 * ensure that bearer assertions are not replayed".
 * @returns false where it has been here before
 */
export async function rememberAssertion(
  db: Db,
  assertion: { provider: string; assertion_id: string; expires_at: Date },
  now: Date,
): Promise<boolean> {
  await db.delete(saml_assertions).where(lt(saml_assertions.expires_at, now));
  const remembered = await db
    .insert(saml_assertions)
    .values(assertion)
    .onConflictDoNothing()
    .returning({ assertion_id: saml_assertions.assertion_id });
  return remembered.length === 1;
}
