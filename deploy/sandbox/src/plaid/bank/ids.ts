import { createHash, randomBytes } from 'node:crypto';

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

/** An identifier of the length and alphabet Plaid uses for Items, accounts and transactions; same parts, same id. */
export function plaidId(...parts: readonly string[]): string {
  return spell(createHash('sha384').update(parts.join('\n')).digest(), 37);
}

export function newPlaidId(): string {
  return spell(randomBytes(37), 37);
}

/** Plaid's request_id: 15 letters and digits. */
export function newRequestId(): string {
  return spell(randomBytes(15), 15);
}

function spell(bytes: Buffer, length: number): string {
  let text = '';
  for (const byte of bytes.subarray(0, length)) text += LETTERS[byte % LETTERS.length];
  return text;
}
