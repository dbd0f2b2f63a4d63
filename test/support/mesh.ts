import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mesh, startMesh } from '@florin/local';

/**
 * The whole mesh as `npm start` runs it, on free ports, with a Postgres and a NATS of its own that a test may break.
 * `stop` also removes its data.
 */
export async function startTestMesh(): Promise<Mesh> {
  const data_dir = mkdtempSync(join(tmpdir(), 'florin-journey-'));
  const mesh = await startMesh({ data_dir });
  return {
    ...mesh,
    async stop() {
      await mesh.stop();
      rmSync(data_dir, { recursive: true, force: true });
    },
  };
}
