import type { Mesh } from '@florin/local';

/** The access token of a person of the local mode. */
export async function signIn(mesh: Mesh): Promise<string> {
  const response = await fetch(`${mesh.url('identity')}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada@florin.test', password: 'florin-demo-passphrase' }),
  });
  if (!response.ok) throw new Error(`signing in: ${response.status} ${await response.text()}`);
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}
