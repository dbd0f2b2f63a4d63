import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';

/** What is remembered of one server from one start to the next. */
export interface Kept {
  client?: StoredOAuthClientInformation;
  /** The port that the client is registered to come back to. */
  callback_port?: number;
  tokens?: StoredOAuthTokens;
  discovery?: OAuthDiscoveryState;
}

/** The file of one server. Read anew each time: another bridge of the same person may have refreshed the token. */
export interface TokenStore {
  read(): Kept;
  /** Changes the fields that are given; undefined removes one. */
  write(changes: { [Field in keyof Kept]?: Kept[Field] | undefined }): void;
}

/** In a folder and files that nobody but the person may open. */
export function createTokenStore(config_dir: string, server: URL): TokenStore {
  const name = createHash('sha256').update(server.href).digest('hex').slice(0, 32);
  const path = join(config_dir, `${name}.json`);

  function read(): Kept {
    try {
      const kept: unknown = JSON.parse(readFileSync(path, 'utf8'));
      return typeof kept === 'object' && kept !== null ? (kept as Kept) : {};
    } catch {
      return {}; // There is none yet, or nothing that can be read: the person signs in again.
    }
  }

  return {
    read,
    write(changes) {
      const text = JSON.stringify({ server: server.href, ...read(), ...changes }, null, 2);
      mkdirSync(config_dir, { recursive: true, mode: 0o700 });
      // Renamed into place: another bridge reads the file before or after, never half of it.
      const written = `${path}.${randomBytes(6).toString('hex')}`;
      try {
        writeFileSync(written, text, { mode: 0o600, flag: 'wx' });
        renameSync(written, path);
      } catch (error) {
        rmSync(written, { force: true });
        throw error;
      }
    },
  };
}
