import { existsSync } from 'node:fs';
import { SandboxItemFireWebhookRequestWebhookCodeEnum as Code, CountryCode, Products } from 'plaid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  HARBOR,
  HARBOR_LINK,
  linkBank,
  MERIDIAN,
  receiveWebhooks,
  refusalOf,
  startWithClient,
} from '../client.js';
import { CONTRACT, type Contract, loadContract } from './contract.js';

const absent = !existsSync(CONTRACT);

describe.skipIf(absent)(
  absent
    ? `answers as Plaid describes them (skipped: ${CONTRACT.pathname} is absent)`
    : 'answers as Plaid describes them',
  () => {
    let world: Awaited<ReturnType<typeof startWithClient>>;
    let contract: Contract;
    let access_token: string;

    beforeAll(async () => {
      world = await startWithClient();
      access_token = (await linkBank(world.plaid, { institution_id: MERIDIAN })).access_token;
      contract = loadContract();
    }, 60_000);

    afterAll(() => world?.sandbox.stop());

    type Client = typeof world.plaid;
    const country_codes = [CountryCode.Us];
    const optional = { include_optional_metadata: true };
    const hosted = { ...HARBOR_LINK, redirect_uri: 'http://127.0.0.1:8082/x', hosted_link: {} };
    const calls: [path: string, call: (plaid: Client) => Promise<{ data: unknown }>][] = [
      ['/link/token/create', (plaid) => plaid.linkTokenCreate(HARBOR_LINK)],
      ['/link/token/create', (plaid) => plaid.linkTokenCreate(hosted)],
      ['/link/token/get', async (plaid) => plaid.linkTokenGet({ link_token: await goThroughLink(plaid) })],
      [
        '/institutions/get',
        (plaid) => plaid.institutionsGet({ count: 10, offset: 0, country_codes, options: optional }),
      ],
      [
        '/institutions/get_by_id',
        (plaid) => plaid.institutionsGetById({ institution_id: HARBOR, country_codes, options: optional }),
      ],
      [
        '/sandbox/public_token/create',
        (plaid) =>
          plaid.sandboxPublicTokenCreate({
            institution_id: HARBOR,
            initial_products: [Products.Transactions],
          }),
      ],
      ['/accounts/get', (plaid) => plaid.accountsGet({ access_token })],
      ['/accounts/balance/get', (plaid) => plaid.accountsBalanceGet({ access_token })],
      [
        '/processor/stripe/bank_account_token/create',
        async (plaid) =>
          plaid.processorStripeBankAccountTokenCreate({
            access_token,
            account_id: (await plaid.accountsGet({ access_token })).data.accounts[0]?.account_id ?? '',
          }),
      ],
      ['/transactions/sync', (plaid) => plaid.transactionsSync({ access_token, count: 500 })],
      ['/transactions/refresh', (plaid) => plaid.transactionsRefresh({ access_token })],
      ['/item/get', (plaid) => plaid.itemGet({ access_token })],
      [
        '/item/webhook/update',
        (plaid) => plaid.itemWebhookUpdate({ access_token, webhook: 'http://127.0.0.1:9/none' }),
      ],
      [
        '/sandbox/item/fire_webhook',
        (plaid) => plaid.sandboxItemFireWebhook({ access_token, webhook_code: Code.DefaultUpdate }),
      ],
      ['/sandbox/item/reset_login', (plaid) => plaid.sandboxItemResetLogin({ access_token })],
      ['/item/get', (plaid) => plaid.itemGet({ access_token })],
      ['/item/remove', (plaid) => plaid.itemRemove({ access_token })],
    ];

    async function goThroughLink(plaid: Client): Promise<string> {
      const { link_token } = (await plaid.linkTokenCreate(hosted)).data;
      const post = (path: string, fields: Record<string, string>) =>
        fetch(world.sandbox.plaid_url + path, {
          method: 'POST',
          body: new URLSearchParams(fields),
          redirect: 'manual',
        });
      const signed = await post('/link/sign-in', {
        token: link_token,
        institution_id: HARBOR,
        username: 'user_good',
        password: 'pass_good',
      });
      const session = signed.headers.get('location')?.split('session=')[1] ?? '';
      await post('/link/accounts', { session, account: 'checking' });
      return link_token;
    }

    it.each(calls)('%s', async (path, call) => {
      const { data } = await call(world.plaid);
      expect(contract.problemsOfAnswer(path, data)).toEqual([]);
    });

    it('/transactions/sync with modified and removed', async () => {
      const { access_token: token, item_id } = await linkBank(world.plaid);
      const bank = world.sandbox.control.plaid;
      const { data: first } = await world.plaid.transactionsSync({ access_token: token, count: 500 });
      const { data: rest } = await world.plaid.transactionsSync({ access_token: token, cursor: 'now' });
      bank.modifyTransaction(item_id, first.added[0]?.transaction_id ?? '', { amount: 1 });
      bank.removeTransaction(item_id, first.added[1]?.transaction_id ?? '');
      const { data } = await world.plaid.transactionsSync({
        access_token: token,
        cursor: rest.next_cursor,
        options: { include_original_description: true },
      });
      expect([data.modified.length, data.removed.length]).toEqual([1, 1]);
      expect(contract.problemsOfAnswer('/transactions/sync', data)).toEqual([]);
    });

    it('and the check itself sees a property that is absent, mistyped or unknown', async () => {
      const { access_token: token } = await linkBank(world.plaid);
      const { data } = await world.plaid.transactionsSync({ access_token: token, count: 1 });
      const [transaction] = data.added;
      const problemsWith = (changes: object) =>
        contract.problemsOfAnswer('/transactions/sync', { ...data, added: [{ ...transaction, ...changes }] });
      expect(problemsWith({})).toEqual([]);
      expect(problemsWith({ name: undefined })[0]).toContain("required property 'name'");
      expect(problemsWith({ amount: '1.00' })[0]).toContain('/added/0/amount must be number');
      expect(problemsWith({ colour: 'red' })[0]).toContain('colour');
    });

    it('errors', async () => {
      const { error } = await refusalOf(world.plaid.itemGet({ access_token: 'none' }));
      expect(contract.problemsOf('PlaidError', error)).toEqual([]);
    });

    it('webhooks and the key they are verified with', async () => {
      const inbox = await receiveWebhooks();
      const { access_token: token } = await linkBank(world.plaid, { webhook: inbox.url });
      const schemas: Record<string, string> = {
        SYNC_UPDATES_AVAILABLE: 'SyncUpdatesAvailableWebhook',
        DEFAULT_UPDATE: 'DefaultUpdateWebhook',
        NEW_ACCOUNTS_AVAILABLE: 'NewAccountsAvailableWebhook',
        LOGIN_REPAIRED: 'ItemLoginRepairedWebhook',
        PENDING_DISCONNECT: 'PendingDisconnectWebhook',
        USER_PERMISSION_REVOKED: 'UserPermissionRevokedWebhook',
        ERROR: 'ItemErrorWebhook',
        WEBHOOK_UPDATE_ACKNOWLEDGED: 'WebhookUpdateAcknowledgedWebhook',
      };
      for (const code of Object.keys(schemas).slice(0, 6)) {
        await world.plaid.sandboxItemFireWebhook({ access_token: token, webhook_code: code as Code });
      }
      await world.plaid.sandboxItemResetLogin({ access_token: token });
      await world.plaid.itemWebhookUpdate({ access_token: token, webhook: inbox.url });
      await vi.waitFor(() => expect(inbox.received).toHaveLength(8), 5_000);
      for (const { body } of inbox.received) {
        const schema = schemas[String(body.webhook_code)] ?? 'none';
        expect([schema, contract.problemsOf(schema, body)]).toEqual([schema, []]);
      }
      const header = String(inbox.received[0]?.headers['plaid-verification']).split('.')[0] ?? '';
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
      const { data } = await world.plaid.webhookVerificationKeyGet({ key_id: kid });
      expect(contract.problemsOfAnswer('/webhook_verification_key/get', data)).toEqual([]);
      await inbox.close();
    });
  },
);
