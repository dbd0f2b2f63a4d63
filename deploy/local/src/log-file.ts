import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 8 * 1024 * 1024;
const TAIL_LINES = 30;

/** A log of at most twice `max_bytes`: when it is full it becomes `<file>.1`, the one before is dropped. */
export class LogFile {
  readonly path: string;
  readonly #max_bytes: number;
  #size_bytes = 0;
  #tail: string[] = [];

  constructor(path: string, max_bytes = MAX_BYTES) {
    this.path = path;
    this.#max_bytes = max_bytes;
    mkdirSync(dirname(path), { recursive: true });
    this.#size_bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Appends one line. Written at once: the last line before a crash is the one that is needed. */
  write(line: string): void {
    const text = `${line}\n`;
    const bytes = Buffer.byteLength(text);
    if (this.#size_bytes > 0 && this.#size_bytes + bytes > this.#max_bytes) {
      renameSync(this.path, `${this.path}.1`);
      this.#size_bytes = 0;
    }
    appendFileSync(this.path, text);
    this.#size_bytes += bytes;
    this.#tail = [...this.#tail.slice(1 - TAIL_LINES), line];
  }

  /** The last lines that this run wrote. */
  tail(): string {
    return this.#tail.join('\n');
  }
}
