import { ConfigError, type Logger } from '@florin/chassis';
import { migrate, pendingMigrations } from './migrate.js';

interface PrepareOptions {
  config: { DATABASE_URL: string; DATABASE_OWNER_URL?: string | undefined };
  /** Made by `drizzle-kit generate`. */
  folder: URL;
  logger: Logger;
}

/**
 * Makes sure, before a service starts, that the schema is the one its code knows: migrates where the service was given the
 * owner's rights, else only looks.
 *
 * @throws ConfigError where the schema is old and this process may not change it
 */
export async function prepareSchema({ config, folder, logger }: PrepareOptions): Promise<void> {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: owner_url } = config;
  if (owner_url !== undefined) {
    await migrate({ owner_url, folder, logger });
    return;
  }
  const pending = await pendingMigrations({ url, folder });
  if (pending.length > 0) {
    throw new ConfigError(`The database lacks ${pending.join(', ')}. Set DATABASE_OWNER_URL to migrate it.`);
  }
}
