import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const schema = z.object({ pid: z.number().int(), started_at: z.string(), mcp_url: z.url() });
export type Run = z.infer<typeof schema>;

/** Says in `.florin/run.json` that a mesh runs from here, for a second `npm start` and for `npm run reset`. */
export function noteRun(file: string, run: Run): () => void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(run)}\n`);
  return () => rmSync(file, { force: true });
}

/** The mesh that runs from here, if its process is alive and its gateway answers. */
export async function currentRun(file: string): Promise<Run | undefined> {
  try {
    const run = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    process.kill(run.pid, 0);
    // The number alone may by now be another program's.
    await fetch(new URL('/healthz', run.mcp_url), { signal: AbortSignal.timeout(1_000) });
    return run;
  } catch {
    return undefined;
  }
}
