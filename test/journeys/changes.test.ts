import type { Mesh } from '@florin/local';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkBank } from '../support/bank.js';
import { connect } from '../support/client.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;
let stranger: Person;
beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh);
  stranger = await newPerson(mesh, 'Sam Stranger');
});
afterAll(async () => {
  await person?.mcp.close();
  await stranger?.mcp.close();
  await mesh?.stop();
});

/** Listens as one person, and keeps what it is told. */
async function listening(who: Person, uris: string[]) {
  const { client, close } = await connect(mesh.mcp_url, { token: who.access_token });
  const heard: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    heard.push(params.uri);
  });
  const subscription = await client.listen({ resourceSubscriptions: uris });
  return {
    heard,
    async end() {
      await subscription.close();
      await close();
    },
  };
}

// proves: told-of-changes
it('a client is told on one stream what identity and banking change for its person, and no stranger is', async () => {
  const mine = await listening(person, ['users://me/profile', 'banking://me/accounts']);
  const others = await listening(stranger, ['users://me/profile', 'banking://me/accounts']);
  await person.mcp.call('update_user_profile', { profile_data: { locale: 'en-GB' } });
  await until(() => expect(mine.heard).toEqual(['users://me/profile']));
  await linkBank(mesh, person.mcp);
  await until(() => expect(mine.heard).toContain('banking://me/accounts'));
  expect(others.heard).toEqual([]);
  await mine.end();
  await others.end();
});

it("another's resources cannot be watched", async () => {
  const theirs = listening(stranger, [`users://${person.user_id}/profile`]);
  await expect(theirs).rejects.toThrow(/users:|no such|NOT_FOUND/i);
});
