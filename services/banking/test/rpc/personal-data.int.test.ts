import { newId } from '@florin/chassis';
import type { Fault } from '@florin/faults';
import { exportedRows, personalExport } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type LinkedPerson,
  startBankingUnderTest,
} from '../support/banking-under-test.js';

let banking: BankingUnderTest;
let ada: LinkedPerson;

beforeAll(async () => {
  banking = await startBankingUnderTest('personal_data');
  ada = await banking.linkedPerson();
});
afterAll(() => banking.stop());

const exported = async (claims: { sub: string; on_behalf_of?: string }) =>
  personalExport(banking.grpc_address, await banking.issuer.sign(claims));

describe('florin.privacy.v1.PersonalData', () => {
  // proves: export-complete
  it('exports all that there is of the person, in parts of at most a mebibyte', async () => {
    const parts = await exported({ sub: 'svc:identity', on_behalf_of: ada.user_id });
    expect(parts.every(({ json }) => json.length <= 1024 * 1024)).toBe(true);
    expect(exportedRows(parts, 'links')).toEqual([
      expect.objectContaining({ institution: 'First Harbor Bank', status: 'active' }),
    ]);
    const accounts = exportedRows(parts, 'accounts') as { account_id: string }[];
    expect(accounts.map(({ account_id }) => account_id).sort()).toEqual([...ada.accounts.values()].sort());
    const [{ count } = { count: 0 }] = await banking.sql<{ count: number }[]>`
      select count(*)::int as count from transactions where not removed`;
    expect(count).toBeGreaterThan(500);
    expect(new Set(exportedRows(parts, 'transactions').map((row) => JSON.stringify(row))).size).toBe(count);
  });

  // proves: export-without-secrets
  it('exports no secret, neither sealed nor hashed', async () => {
    const text = (await exported({ sub: 'svc:identity', on_behalf_of: ada.user_id }))
      .map(({ json }) => String(json))
      .join();
    const [link] = await banking.sql<Record<string, string>[]>`select * from links`;
    for (const secret of ['access_token', 'public_token_hash', 'provider_link_id', 'cursor']) {
      expect(link?.[secret], secret).toBeTruthy();
      expect(text).not.toContain(link?.[secret]);
    }
    expect(text).not.toContain('v1.k1.');
  });

  it('has nothing of somebody else, and is closed to people and to other services', async () => {
    const parts = await exported({ sub: 'svc:identity', on_behalf_of: newId('usr') });
    expect(parts.flatMap(({ json }) => JSON.parse(String(json)) as object[])).toEqual([]);
    for (const claims of [
      { sub: ada.user_id },
      { sub: 'svc:payments', on_behalf_of: ada.user_id },
      { sub: 'svc:identity' },
    ]) {
      const refused = await exported(claims).catch((failure: Fault) => failure.reason);
      expect(refused).toBe('PERMISSION_DENIED');
    }
  });
});
