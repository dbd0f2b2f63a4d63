let last = '';

/** One line for the person who looks at the client's log, once however often it holds. Stdout is for JSON-RPC alone. */
export function log(text: string): void {
  if (text === last) return;
  last = text;
  process.stderr.write(`florin-connect: ${text}\n`);
}
