/** One line for the person who looks at the client's log. Stdout is for JSON-RPC alone. */
export function log(text: string): void {
  process.stderr.write(`florin-connect: ${text}\n`);
}
