import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeStateFile } from '../state-file.js';
import { type IdempotencyRecord, idempotencyRecord } from './idempotency.js';
import type { Row } from './store.js';

const FILE = 'stripe.jsonl';
const VERSION = 1;

const row = z.strictObject({
  kind: z.string(),
  id: z.string(),
  account: z.string().nullable(),
  object: z.looseObject({ object: z.string() }),
  hidden: z.record(z.string(), z.unknown()),
});

const line = z.union([
  z.strictObject({ row }),
  z.strictObject({ idempotency: idempotencyRecord }),
  z.strictObject({ clock_ahead_ms: z.number() }),
]);

export interface Kept {
  rows: Row[];
  idempotency: IdempotencyRecord[];
  clock_ahead_ms: number;
}

type Line = { row: Row } | { idempotency: IdempotencyRecord } | { clock_ahead_ms: number };

/**
 * A line for each change, appended before the change is answered: writing everything anew with each of thousands of
 * payments would cost more than the payments. Of one id the last line counts.
 */
export class Journal {
  readonly #path: string;

  constructor(readonly data_dir: string) {
    this.#path = join(data_dir, FILE);
  }

  /** What an earlier run left; throws where it cannot be understood, rather than forget who has paid. */
  read(): Kept {
    const kept: Kept = { rows: [], idempotency: [], clock_ahead_ms: 0 };
    const text = this.#text();
    if (text === undefined) return kept;
    // What follows the last line break was cut off by a crash, and never answered.
    const lines = text.split('\n').slice(0, -1);
    try {
      z.strictObject({ version: z.literal(VERSION) }).parse(JSON.parse(lines[0] ?? ''));
      for (const each of lines.slice(1)) {
        const read = line.parse(JSON.parse(each));
        if ('row' in read) kept.rows.push(read.row as unknown as Row);
        else if ('idempotency' in read) kept.idempotency.push(read.idempotency);
        else kept.clock_ahead_ms = read.clock_ahead_ms;
      }
    } catch (cause) {
      throw new Error(`${this.#path} is not the state of this stand-in; move it away to start empty`, {
        cause,
      });
    }
    return kept;
  }

  append(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    appendFileSync(this.#path, lines.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }

  /** Begins anew with what is known: a line for each object instead of one for each change. */
  compact(lines: readonly Line[]): void {
    mkdirSync(this.data_dir, { recursive: true });
    const all = [{ version: VERSION }, ...lines];
    writeStateFile(this.data_dir, FILE, all.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }

  #text(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
