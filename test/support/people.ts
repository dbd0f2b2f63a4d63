import { randomUUID } from 'node:crypto';
import type { Mesh } from '@florin/local';
import { connect, type McpClient } from './client.js';

export interface Person {
  user_id: string;
  email: string;
  password: string;
  access_token: string;
  refresh_token: string;
  mcp: McpClient;
}

/** Registers a new person and signs in, through the public operations of `/mcp/public`. */
export async function newPerson(mesh: Mesh, full_name = 'Test Person'): Promise<Person> {
  const email = `person-${randomUUID()}@florin.test`;
  const password = `correct horse ${randomUUID()}`;
  const entrance = await connect(`${mesh.mcp_url}/public`);
  try {
    await entrance.call('register_user', { email, password, full_name });
    return { email, password, ...(await signIn(mesh, entrance, email, password)) };
  } finally {
    await entrance.close();
  }
}

/** One of the people of local mode, e.g. `ada@florin.test`. */
export async function demoPerson(mesh: Mesh, email: string): Promise<Person> {
  const password = 'florin-demo-passphrase';
  const entrance = await connect(`${mesh.mcp_url}/public`);
  try {
    return { email, password, ...(await signIn(mesh, entrance, email, password)) };
  } finally {
    await entrance.close();
  }
}

async function signIn(mesh: Mesh, entrance: McpClient, username: string, password: string) {
  const signedIn = await entrance.call<{ user_id: string; access_token: string; refresh_token: string }>(
    'authenticate_user',
    { username, password },
  );
  const { user_id, access_token, refresh_token } = signedIn;
  return {
    user_id,
    access_token,
    refresh_token,
    mcp: await connect(`${mesh.mcp_url}?toolsets=all`, { token: access_token }),
  };
}
