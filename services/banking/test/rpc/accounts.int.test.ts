import { newId } from '@florin/chassis';
import { fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type Json,
  type LinkedPerson,
  startBankingUnderTest,
} from '../support/banking-under-test.js';

let banking: BankingUnderTest;
let ada: LinkedPerson;
let client: InstanceType<typeof florin.banking.v1.Accounts>;

beforeAll(async () => {
  banking = await startBankingUnderTest('rpc');
  ada = await banking.linkedPerson();
  client = new florin.banking.v1.Accounts(banking.grpc_address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await banking.stop();
});

async function call(
  method: 'GetAccount' | 'ListAccounts' | 'GetBalance' | 'CreateProviderToken',
  request: object,
  { service = 'payments', on_behalf_of = ada.user_id }: { service?: string; on_behalf_of?: string } = {},
): Promise<Json> {
  const metadata = new Metadata();
  const token = await banking.issuer.sign({ sub: `svc:${service}`, on_behalf_of });
  metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    const answer = (error: ServiceError | null, response?: object) =>
      error === null ? resolve(response as Json) : reject(fromGrpcError(error));
    switch (method) {
      case 'GetAccount':
        return client.GetAccount(request, metadata, answer);
      case 'ListAccounts':
        return client.ListAccounts(request, metadata, answer);
      case 'GetBalance':
        return client.GetBalance(request, metadata, answer);
      case 'CreateProviderToken':
        return client.CreateProviderToken(request, metadata, answer);
    }
  });
}

describe('florin.banking.v1.Accounts', () => {
  it('shows what the tools show, for the person on whose behalf it is asked', async () => {
    const [account_id] = ada.accounts.values();
    const { accounts, untrusted_fields: _ } = await banking.tool('list_accounts', {}, ada);
    expect(await call('ListAccounts', {})).toEqual({ accounts, next_page_token: '' });
    expect(await call('GetAccount', { account_id })).toMatchObject({
      account: { account_id, name: 'Harbor Checking', status: 'active' },
    });
    expect(await call('GetBalance', { account_id })).toMatchObject({
      account_id,
      current: { amount: expect.stringMatching(/^\d+\.\d\d$/), currency: 'USD' },
      as_of: expect.any(String),
    });
  });

  it('pages', async () => {
    const first = await call('ListAccounts', { page_size: 2 });
    expect(first.accounts).toHaveLength(2);
    const second = await call('ListAccounts', { page_size: 2, page_token: first.next_page_token });
    expect(second).toMatchObject({ accounts: [{ name: 'Harbor Card' }], next_page_token: '' });
  });

  it('is closed to people and to services that it does not name', async () => {
    await expect(call('ListAccounts', {}, { service: 'subscription' })).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${ada.token}`);
    await expect(
      new Promise((resolve, reject) => {
        client.ListAccounts({}, metadata, (error, response) =>
          error === null ? resolve(response) : reject(fromGrpcError(error)),
        );
      }),
    ).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
  });

  it('lets payments alone reach an account with money, and only where money can move', async () => {
    const account_id = ada.accounts.get('Harbor Checking');
    const { bank_token } = await call('CreateProviderToken', { account_id });
    expect(bank_token).toMatch(/^btok_linked\d{4}_[0-9a-f]{16}_\w+$/);
    await expect(call('CreateProviderToken', { account_id }, { service: 'fraud' })).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
    await expect(
      call('CreateProviderToken', { account_id: ada.accounts.get('Harbor Card') }),
    ).rejects.toMatchObject({ reason: 'FAILED_PRECONDITION' });
  });

  it("finds nobody else's account, and says which argument is wrong", async () => {
    const [account_id = ''] = ada.accounts.values();
    for (const method of ['GetAccount', 'GetBalance', 'CreateProviderToken'] as const) {
      const real = await call(method, { account_id }, { on_behalf_of: newId('usr') }).catch(String);
      const never = await call(method, { account_id: newId('acc') }, { on_behalf_of: newId('usr') }).catch(
        String,
      );
      expect(real).toBe(never);
      expect(real).toContain('You have no such account');
      await expect(call(method, { account_id: 'acc_1' })).rejects.toMatchObject({
        reason: 'INVALID_ARGUMENT',
      });
    }
    await expect(call('ListAccounts', { page_size: 101 })).rejects.toThrow(/page_size/);
  });
});
