import { idToUuid } from '@florin/chassis';
import type { Role } from '../../src/domain/roles.js';
import type { IdentityUnderTest } from './identity-under-test.js';

export interface SignedIn {
  user_id: string;
  access_token: string;
  /** Exchanged when they signed in. */
  mesh_token: string;
}

/** Somebody with these roles, signed in. */
export async function personWith(
  identity: IdentityUnderTest,
  email: string,
  ...roles: Role[]
): Promise<SignedIn> {
  const user_id = await identity.register(email);
  await identity.sql`
    update users set roles = ${['user', ...roles]} where user_id = ${idToUuid(user_id, 'usr')}`;
  const { access_token } = await identity.signIn(email);
  return { user_id, access_token, mesh_token: await identity.exchange(access_token) };
}

export interface MadeKey {
  key_id: string;
  api_key: string;
}

/** As the person does it in the browser. */
async function grantApproval(identity: IdentityUnderTest, approval_id: string): Promise<void> {
  await identity.sql`
    update approvals set decision = 'granted', decided_at = created_at
    where approval_id = ${idToUuid(approval_id, 'apr')}`;
}

/** Calls an operation that needs the person's approval, and has it granted. */
export async function callApproved(
  identity: IdentityUnderTest,
  name: string,
  args: object,
  mesh_token: string,
): Promise<Record<string, unknown>> {
  const asked = await identity.call('tool', name, args, mesh_token);
  const { approval_id } = asked.approval as { approval_id: string };
  await grantApproval(identity, approval_id);
  return identity.call('tool', name, { ...args, approval_id }, mesh_token);
}

export async function makeKey(
  identity: IdentityUnderTest,
  mesh_token: string,
  args: object = {},
): Promise<MadeKey> {
  const wanted = { name: 'Nightly export', permissions: ['banking:read'], ...args };
  const made = await callApproved(identity, 'generate_api_key', wanted, mesh_token);
  return { key_id: String(made.key_id), api_key: String(made.api_key) };
}
