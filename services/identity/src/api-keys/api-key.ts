import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * `fl_<environment>_<public id>_<secret and checksum>`: the prefix lets secret scanners know it, the public id finds its
 * row, and the checksum (the last six characters, as GitHub's tokens have it) tells a key from what only looks like one
 * without asking anybody.
 */
const FORM = /^fl_(sim|test|live)_([0-9A-Za-z]{16})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PUBLIC_ID_LENGTH = 16;
/** 62^43 is more than 2^256. */
const SECRET_LENGTH = 43;

/** Which world the keys of a mesh open: one that leaked from a test is of no use where money is real. */
export const keyEnvironments = { simulated: 'sim', sandbox: 'test', live: 'live' } as const;
export type KeyEnvironment = (typeof keyEnvironments)[keyof typeof keyEnvironments];

export interface NewApiKey {
  /** Shown once, and kept nowhere. */
  api_key: string;
  secret_hash: string;
}

export function newPublicId(): string {
  return randomBase62(PUBLIC_ID_LENGTH);
}

/** @param public_id of a new key, or of the one whose secret is replaced */
export function newApiKey(environment: KeyEnvironment, public_id: string): NewApiKey {
  const secret = randomBase62(SECRET_LENGTH);
  const unchecked = `fl_${environment}_${public_id}_${secret}`;
  return { api_key: `${unchecked}${checksum(unchecked)}`, secret_hash: hashOf(secret) };
}

/** Whether somebody means it as an API key, good or not. */
export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith('fl_');
}

/** @returns undefined for what is no key of this environment */
export function readApiKey(
  credential: string,
  environment: KeyEnvironment,
): { public_id: string; secret_hash: string } | undefined {
  const [, of, public_id = '', secret = '', given] = FORM.exec(credential) ?? [];
  const isOurs = of === environment && checksum(credential.slice(0, -6)) === given;
  return isOurs ? { public_id, secret_hash: hashOf(secret) } : undefined;
}

/** Takes the same time wherever two hashes differ. */
export function isSameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}

/** SHA-256 without salt is enough for 256 random bits: there is no list of likely ones to try. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    // Bytes from 248 up are left out: with them the first eight characters would be likelier than the others.
    const fair = randomBytes(length).filter((byte) => byte < 248);
    text += [...fair].map((byte) => BASE62[byte % 62]).join('');
  }
  return text.slice(0, length);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let shown = '';
  for (let digit = 0; digit < 6; digit += 1) {
    shown = `${BASE62[rest % 62]}${shown}`;
    rest = Math.floor(rest / 62);
  }
  return shown;
}

/** CRC-32 of ISO 3309, bit by bit: node:zlib has it from Node 20.15 on only. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
