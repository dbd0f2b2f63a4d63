import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

const color = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const yellow = paint(33);
export const cyan = paint(36);

/** Clears what a step that still runs has written on the line. */
export const overStep = color ? '\r\u001b[K' : '';

const LONGEST_LINE = 300;
const NAME_WIDTH = 10;

const entrySchema = z.object({ level: z.string(), msg: z.string() });

/**
 * One line of a process as the console shows it, or undefined for what only the log needs: everything below a
 * warning. What is no log entry (a stack trace, the supervisor's own words) is always shown.
 */
export function consoleLine(source: string, line: string): string | undefined {
  const entry = parseEntry(line);
  if (entry === undefined) return line.trim() === '' ? undefined : `${label(source)} ${shorten(line)}`;
  if (entry.level === 'warn') return `${label(source)} ${yellow(shorten(entry.msg))}`;
  if (entry.level === 'error' || entry.level === 'fatal')
    return `${label(source)} ${red(shorten(entry.msg))}`;
  return undefined;
}

function parseEntry(line: string): z.infer<typeof entrySchema> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return entrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function label(source: string): string {
  return dim(`${source.padEnd(NAME_WIDTH)}│`);
}

// What a log says may come from outside: it must not steer the terminal.
function shorten(text: string): string {
  const plain = stripVTControlCharacters(text);
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)}…` : plain;
}
