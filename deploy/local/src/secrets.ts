import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const fileSchema = z.object({ root: z.base64() });

/** Everything secret of a local mesh, derived from one random root: a service added later finds its own at once. */
export interface Secrets {
  /** A password or shared secret, e.g. `secret('nats:banking')`; 43 characters that need no escaping in a URL. */
  secret(purpose: string): string;
  /** A key ring as FIELD_KEYS wants it: `k1:<base64 of 32 bytes>`. */
  fieldKeys(service: string): string;
}

/** Reads the root from `file`, or makes it on first use, readable by its owner only. */
export function openSecrets(file: string): Secrets {
  const root = Buffer.from(readRoot(file) ?? makeRoot(file), 'base64');
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', root, '', `florin:${purpose}`, 32));
  return {
    secret: (purpose) => derive(purpose).toString('base64url'),
    fieldKeys: (service) => `k1:${derive(`field-keys:${service}`).toString('base64')}`,
  };
}

/** What identity stores of a service's secret: it never needs the secret itself. */
export function sha256Hex(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function readRoot(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // A new root beside an old database would lock us out of it, so a damaged file is not replaced.
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`${file} is damaged. Restore it, or start anew: npm run reset`);
  return parsed.data.root;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function makeRoot(file: string): string {
  const root = randomBytes(32).toString('base64');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ root })}\n`, { mode: 0o600, flag: 'wx' });
  return root;
}
