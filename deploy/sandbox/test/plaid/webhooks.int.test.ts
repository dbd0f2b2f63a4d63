import { createHash } from 'node:crypto';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { SandboxItemFireWebhookRequestWebhookCodeEnum as Code } from 'plaid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  HARBOR_LINK,
  linkBank,
  type Received,
  receiveWebhooks,
  refusalOf,
  startWithClient,
  syncAll,
} from '../client.js';

type World = Awaited<ReturnType<typeof startWithClient>>;
let world: World;
let inbox: Awaited<ReturnType<typeof receiveWebhooks>>;

beforeEach(async () => {
  world = await startWithClient();
  inbox = await receiveWebhooks();
});

afterEach(async () => {
  await world.sandbox.stop();
  await inbox.close();
});

const codes = () => inbox.received.map((each) => each.body.webhook_code);
const arrived = (count: number) => vi.waitFor(() => expect(inbox.received).toHaveLength(count), 5_000);

/** As https://plaid.com/docs/api/webhooks/webhook-verification/ has it done. */
async function verify({ plaid, now }: World, { headers, text }: Received) {
  const token = String(headers['plaid-verification']);
  const { alg, kid = '' } = decodeProtectedHeader(token);
  expect(alg).toBe('ES256');
  const { data } = await plaid.webhookVerificationKeyGet({ key_id: kid });
  const { x, y, crv, kty } = data.key;
  const key = await importJWK({ x, y, crv, kty }, 'ES256');
  const { payload } = await jwtVerify(token, key, { maxTokenAge: '5 min', currentDate: now() });
  expect(payload.request_body_sha256).toBe(createHash('sha256').update(text).digest('hex'));
}

describe('SYNC_UPDATES_AVAILABLE', () => {
  it('comes when the bank has something new, signed over the very bytes, once a client has synced', async () => {
    const { access_token, item_id } = await linkBank(world.plaid, { webhook: inbox.url });
    world.forward(48);
    await world.plaid.transactionsRefresh({ access_token });
    await syncAll(world.plaid, access_token);
    world.forward(48);
    await world.plaid.transactionsRefresh({ access_token });
    await arrived(1);
    const [webhook] = inbox.received;
    if (!webhook) throw new Error('no webhook');
    await verify(world, webhook);
    expect(webhook.body).toEqual({
      webhook_type: 'TRANSACTIONS',
      webhook_code: 'SYNC_UPDATES_AVAILABLE',
      item_id,
      initial_update_complete: true,
      historical_update_complete: true,
      environment: 'sandbox',
    });
    const item = await world.plaid.itemGet({ access_token });
    expect(item.data.status?.last_webhook?.code_sent).toBe('SYNC_UPDATES_AVAILABLE');
  });

  it('comes without being asked for, and not where nothing is new', async () => {
    const { access_token } = await linkBank(world.plaid, { webhook: inbox.url });
    await syncAll(world.plaid, access_token);
    world.sandbox.control.plaid.pollAll();
    world.forward(48);
    world.sandbox.control.plaid.pollAll();
    world.sandbox.control.plaid.pollAll();
    await arrived(1);
    expect(codes()).toEqual(['SYNC_UPDATES_AVAILABLE']);
  });
});

describe('ITEM webhooks', () => {
  it('tell of a login that is required, with the error, and of its repair', async () => {
    const { access_token, item_id } = await linkBank(world.plaid, { webhook: inbox.url });
    await world.plaid.sandboxItemResetLogin({ access_token });
    await arrived(1);
    world.sandbox.control.plaid.repairLogin(item_id);
    await arrived(2);
    expect(inbox.received[0]?.body).toMatchObject({
      webhook_type: 'ITEM',
      webhook_code: 'ERROR',
      item_id,
      error: { error_type: 'ITEM_ERROR', error_code: 'ITEM_LOGIN_REQUIRED', status: 400 },
    });
    expect(codes()).toEqual(['ERROR', 'LOGIN_REPAIRED']);
    expect((await world.plaid.accountsGet({ access_token })).status).toBe(200);
  });

  it('go to the new address once it is changed, which is acknowledged there', async () => {
    const { access_token } = await linkBank(world.plaid);
    await world.plaid.itemWebhookUpdate({ access_token, webhook: inbox.url });
    await arrived(1);
    expect(inbox.received[0]?.body).toMatchObject({
      webhook_code: 'WEBHOOK_UPDATE_ACKNOWLEDGED',
      new_webhook_url: inbox.url,
    });
  });

  it('are fired on request, and refused for an item without an address', async () => {
    const deaf = await linkBank(world.plaid);
    const request = { access_token: deaf.access_token, webhook_code: Code.PendingDisconnect };
    const { error } = await refusalOf(world.plaid.sandboxItemFireWebhook(request));
    expect(error.error_code).toBe('SANDBOX_WEBHOOK_INVALID');
    const { access_token } = await linkBank(world.plaid, { webhook: inbox.url });
    await world.plaid.sandboxItemFireWebhook({ access_token, webhook_code: Code.PendingDisconnect });
    await arrived(1);
    expect(codes()).toEqual(['PENDING_DISCONNECT']);
  });
});

describe('delivery', () => {
  it('is tried again, signed afresh, until it is answered 200', async () => {
    const grumpy = await receiveWebhooks((before) => (before === 0 ? 503 : 200));
    const { access_token } = await linkBank(world.plaid, { webhook: grumpy.url });
    await world.plaid.sandboxItemFireWebhook({ access_token, webhook_code: Code.SyncUpdatesAvailable });
    await vi.waitFor(() => expect(grumpy.received).toHaveLength(2), 5_000);
    expect(grumpy.received[1]?.text).toBe(grumpy.received[0]?.text);
    await vi.waitFor(() =>
      expect(world.sandbox.control.plaid.webhooks()).toMatchObject([{ state: 'delivered', attempts: 2 }]),
    );
    await grumpy.close();
  });

  it('happens twice under duplicate_webhooks', async () => {
    world.sandbox.control.setFault({ kind: 'duplicate_webhooks', times: 1 });
    const { access_token } = await linkBank(world.plaid, { webhook: inbox.url });
    await world.plaid.sandboxItemFireWebhook({ access_token, webhook_code: Code.SyncUpdatesAvailable });
    await arrived(2);
    expect(inbox.received[0]?.text).toBe(inbox.received[1]?.text);
  });

  it('is out of order under reorder_webhooks', async () => {
    world.sandbox.control.setFault({ kind: 'reorder_webhooks', times: 1 });
    const { access_token } = await linkBank(world.plaid, { webhook: inbox.url });
    await world.plaid.sandboxItemFireWebhook({ access_token, webhook_code: Code.PendingDisconnect });
    await world.plaid.sandboxItemFireWebhook({ access_token, webhook_code: Code.SyncUpdatesAvailable });
    await arrived(2);
    expect(codes()).toEqual(['SYNC_UPDATES_AVAILABLE', 'PENDING_DISCONNECT']);
  });

  it('is announced to the link token of a hosted session that was left', async () => {
    const { data } = await world.plaid.linkTokenCreate({
      ...HARBOR_LINK,
      webhook: inbox.url,
      hosted_link: {},
    });
    await fetch(`${world.sandbox.plaid_url}/link/exit`, {
      method: 'POST',
      body: new URLSearchParams({ token: data.link_token }),
    });
    await arrived(1);
    expect(inbox.received[0]?.body).toMatchObject({
      webhook_type: 'LINK',
      webhook_code: 'SESSION_FINISHED',
      status: 'EXITED',
      link_token: data.link_token,
    });
  });
});
