import { fromGrpcError } from '@florin/faults';
import { florin, type PeopleClient } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let people: PeopleClient;

beforeAll(async () => {
  identity = await startIdentityUnderTest('people_rpc');
  people = new florin.identity.v1.People(identity.grpc_address, credentials.createInsecure());
});
afterAll(async () => {
  people?.close();
  await identity?.stop();
});

async function find(
  email: string,
  service: 'payments' | 'banking' = 'payments',
): Promise<string | undefined> {
  const metadata = new Metadata();
  const token = await identity.serviceToken(service, `secret-of-${service}`);
  metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    people.FindByEmail({ email }, metadata, (error, found) =>
      error ? reject(fromGrpcError(error)) : resolve(found?.user_id),
    );
  });
}

async function verified(email: string): Promise<string> {
  const user_id = await identity.register(email);
  await identity.sql`update users set email_verified_at = now() where email_verified_at is null`;
  return user_id;
}

it('finds who has verified the address, however it is written', async () => {
  const user_id = await verified('ada@example.com');
  expect(await find('ada@example.com')).toBe(user_id);
  expect(await find(' Ada@Example.COM ')).toBe(user_id);
});

it('does not tell nobody from who has not verified it, or may not sign in', async () => {
  const suspended = await verified('suspended@example.com');
  await identity.suspend(suspended);
  await identity.register('unverified@example.com');
  const asked = [
    'nobody@example.com',
    'unverified@example.com',
    'suspended@example.com',
    '',
    'x'.repeat(100_000),
  ];
  const answers = await Promise.all(asked.map((email) => find(email).catch((error: unknown) => error)));
  for (const answer of answers) {
    expect(answer).toMatchObject({
      reason: 'NOT_FOUND',
      message: 'Nobody here can be reached by that e-mail address. Check it with the person.',
    });
  }
});

it('answers payments alone', async () => {
  await expect(find('ada@example.com', 'banking')).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
});
