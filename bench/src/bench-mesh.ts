import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mesh, startMesh } from '@florin/local';

/** Runs a benchmark against a mesh of its own, which is gone afterwards. */
export async function withMesh<T>(bench: (mesh: Mesh) => Promise<T>): Promise<T> {
  const data_dir = mkdtempSync(join(tmpdir(), 'florin-bench-'));
  try {
    const mesh = await startMesh({ data_dir });
    try {
      return await bench(mesh);
    } finally {
      await mesh.stop();
    }
  } finally {
    rmSync(data_dir, { recursive: true, force: true });
  }
}
