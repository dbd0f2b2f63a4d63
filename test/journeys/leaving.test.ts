import type { Mesh } from '@florin/local';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkBank } from '../support/bank.js';
import { type Browser, signInBrowser } from '../support/browser.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;
let browser: Browser;

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh, 'Lea Leaver');
  browser = await signInBrowser(mesh, person);
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

const items = async () => {
  const response = await fetch(`${mesh.url('sandbox')}/plaid/items`);
  return ((await response.json()) as { items: { status: string }[] }).items.map(({ status }) => status);
};

describe('who leaves', () => {
  // proves: export-complete
  it('takes along what identity and banking have of them', async () => {
    const [account] = await linkBank(mesh, person.mcp);
    const { download_url } = await person.mcp.call<{ download_url: string }>('export_my_data');
    const response = await browser.get(download_url);
    const { parts, missing } = (await response.json()) as {
      parts: { service: string; name: string; data: unknown }[];
      missing: string[];
    };
    expect(missing).toEqual([]);
    const dataOf = (service: string, name: string) =>
      parts.find((part) => part.service === service && part.name === name)?.data;
    expect(dataOf('identity', 'profile')).toMatchObject({ email: person.email, full_name: 'Lea Leaver' });
    expect(dataOf('banking', 'accounts')).toContainEqual(
      expect.objectContaining({ account_id: account?.account_id }),
    );
  });

  // proves: erased-everywhere
  it('is gone from banking and from the bank as well, though banking was down when they left', async () => {
    const asked = await person.mcp.call<{ approval: { approval_id: string } }>('delete_my_account');
    const { approval_id } = asked.approval;
    await browser.submit(`/approvals/${approval_id}`, { decision: 'granted' });
    expect(await items()).toEqual(['connected']);

    await mesh.kill('banking');
    expect(await person.mcp.call('delete_my_account', { approval_id })).toEqual({ status: 'done' });
    await mesh.untilReady('banking');
    await until(async () => expect(await items()).not.toContain('connected'), {
      timeout: 30_000,
      interval: 200,
    });
    const { access_token } = person;
    const refused = await fetch(`${mesh.url('identity')}/users/me`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(refused.status).toBe(401);
  });
});
