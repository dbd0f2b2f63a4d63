import { withMesh } from './bench-mesh.js';
import { type LoadResult, runLoad } from './load.js';

export interface SignInRow extends LoadResult {
  what: string;
}

const SIGN_INS = { calls: 120, connections: 8 };
const CHECKS = { calls: 300, connections: 1 };

/** Whether identity goes on answering while passwords are hashed: what blocks its event loop shows in the small request. */
export function benchSignIns(): Promise<SignInRow[]> {
  return withMesh(async (mesh) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username: 'ada@florin.test', password: 'florin-demo-passphrase' });
    const keys = {
      url: `${mesh.url('identity')}/.well-known/jwks.json`,
      method: 'GET',
      headers: {},
      body: '',
      ...CHECKS,
    };
    const logins = { url: `${mesh.url('identity')}/auth/login`, headers, body, ...SIGN_INS };
    await runLoad(keys);
    const idle = await runLoad(keys);
    const [busy, signIns] = await Promise.all([runLoad(keys), runLoad(logins)]);
    return [
      { what: 'a small request, nobody signs in', ...idle },
      { what: 'a small request, 8 sign in all the time', ...busy },
      { what: 'a sign-in with a password, 8 at once', ...signIns },
    ];
  });
}
