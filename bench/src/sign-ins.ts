import { withMesh } from './bench-mesh.js';
import { type Load, type LoadRequest, type LoadResult, runLoad } from './load.js';

export interface SignInRow extends LoadResult {
  what: string;
}

/** Each person signs in alone: two who try at once for one account are held back. */
const SIGN_INS = 20;
const PEOPLE = ['ada', 'ben', 'dev', 'ana', 'aud', 'root'];
const CHECKS = 300;

/** Whether identity goes on answering while passwords are hashed: what blocks its event loop shows in the small request. */
export function benchSignIns(): Promise<SignInRow[]> {
  return withMesh(async (mesh) => {
    const headers = { 'content-type': 'application/json' };
    const keysUrl = `${mesh.url('identity')}/.well-known/jwks.json`;
    const keys = oneByOne({ url: keysUrl, method: 'GET', headers: {}, body: '' }, CHECKS);
    const signIn = (person: string) => {
      const body = JSON.stringify({ username: `${person}@florin.test`, password: 'florin-demo-passphrase' });
      return runLoad(oneByOne({ url: `${mesh.url('identity')}/auth/login`, headers, body }, SIGN_INS));
    };
    await runLoad(keys);
    const idle = await runLoad(keys);
    const [busy, ...signIns] = await Promise.all([runLoad(keys), ...PEOPLE.map(signIn)]);
    const slowest = signIns.reduce((a, b) => (a.p99_ms > b.p99_ms ? a : b));
    const calls_per_second = signIns.reduce((sum, row) => sum + row.calls_per_second, 0);
    return [
      { what: 'a small request, nobody signs in', ...idle },
      { what: 'a small request, six people sign in all the time', ...busy },
      { what: 'a sign-in with a password, six at once', ...slowest, calls_per_second },
    ];
  });
}

function oneByOne(request: LoadRequest, calls: number): Load {
  return { next: () => request, connections: 1, until: { calls } };
}
