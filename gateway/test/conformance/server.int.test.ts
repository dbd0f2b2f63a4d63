import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { claimNats, freePort } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RoundRobin, startRoundRobin } from '../support/round-robin.js';
import type { ScriptedService } from '../support/scripted-service.js';
import { everything, startToyMesh, type ToyMesh } from '../support/toy-mesh.js';
import { startFixtureService } from './fixture-service.js';
import { nativeFixtures } from './native-fixtures.js';

let service: ScriptedService;
let mesh: ToyMesh;
let front: RoundRobin;

beforeAll(async () => {
  service = await startFixtureService();
  const port = await freePort();
  // The checks of a server know nothing of signing in.
  front = await startRoundRobin([port], { authorization: `Bearer ${everything}` });
  const env = {
    HTTP_PORT: String(port),
    SERVICES: `conformance=127.0.0.1:${service.port}`,
    NATS_URL: await claimNats(),
    ALLOWED_ORIGINS: front.url,
  };
  mesh = await startToyMesh({}, env, nativeFixtures());
});
afterAll(async () => {
  await front?.close();
  await mesh?.stop();
  await service?.stop();
});

/** The suite needs a newer Node than Florin does, so both come from npm. */
function runSuite(version: string, args: string[]): Promise<{ code: number; text: string }> {
  const packages = ['-p', 'node@22', '-p', `@modelcontextprotocol/conformance@${version}`];
  const expected = fileURLToPath(new URL('expected-failures.yaml', import.meta.url));
  const url = `${front.url}/mcp?toolsets=all`;
  const all = ['conformance', 'server', '--url', url, '--expected-failures', expected, ...args];
  return new Promise((resolve) => {
    execFile(
      'npx',
      ['--yes', ...packages, ...all],
      { timeout: 280_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? -1);
        resolve({ code, text: stdout + stderr });
      },
    );
  });
}

// The suite itself gives a stream 800 ms from its opening to what is told on it: a machine that is busy with other tests may
// miss that once.
// proves: server-conformance
describe("the protocol's own checks of a server pass, but for what the list of expected failures says", () => {
  it.each([
    ['of revision 2026-07-28', '0.2.0-alpha.12', ['--requirements', '2026-07-28']],
    ['of revision 2025-11-25', '0.2.0-alpha.12', ['--requirements', '2025-11-25']],
    ['of the older suite, all of them', '0.1.16', ['--suite', 'all']],
  ])('%s', { timeout: 300_000, retry: 1 }, async (_what, version, args) => {
    const { code, text } = await runSuite(version, args);
    expect(text).toMatch(/^Total: [1-9]\d* passed, /m);
    expect(code, text.slice(-6_000)).toBe(0);
  });
});
