// Makes the secrets of the compose file, each at random, in deploy/docker/.env, readable by its owner only:
//   node deploy/docker/secrets.mjs [another file]
// It never replaces a file: the databases keep the passwords they were made with.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Those with a database. */
const SERVICES = ['identity', 'banking', 'payments'];
/** Those that ask identity for tokens of their own. */
const CALLERS = [...SERVICES, 'gateway'];

// Letters, digits, - and _ only: they stand in URLs without escaping.
const secret = () => randomBytes(32).toString('base64url');
const serviceSecrets = CALLERS.map((name) => ({ name, value: secret() }));
const hashes = serviceSecrets.map(
  ({ name, value }) => `${name}:${createHash('sha256').update(value).digest('hex')}`,
);

// NATS reads it as a variable of its configuration, where a value that begins with a digit may pass for a number.
const natsPassword = () => `n${secret()}`;

const lines = [
  `POSTGRES_PASSWORD=${secret()}`,
  `GATEWAY_NATS_PASSWORD=${natsPassword()}`,
  ...SERVICES.flatMap((name) => [
    `${name.toUpperCase()}_DATABASE_PASSWORD=${secret()}`,
    `${name.toUpperCase()}_NATS_PASSWORD=${natsPassword()}`,
    `${name.toUpperCase()}_FIELD_KEYS=k1:${randomBytes(32).toString('base64')}`,
  ]),
  ...serviceSecrets.map(({ name, value }) => `${name.toUpperCase()}_SERVICE_SECRET=${value}`),
  `SERVICE_SECRET_HASHES=${hashes.join(',')}`,
];

const file = process.argv[2] ?? fileURLToPath(new URL('.env', import.meta.url));
try {
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  process.stdout.write(`Wrote ${file}. Keep it: without it the data in the volumes cannot be read.\n`);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
  process.stderr.write(`${file} is there already, and stays as it is.\n`);
  process.exitCode = 1;
}
