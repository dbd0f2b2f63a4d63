import { randomUUID } from 'node:crypto';
import { newId } from '@florin/chassis';
import type { Mesh } from '@florin/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkBank } from '../support/bank.js';
import { connect } from '../support/client.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

const noApproval = newId('apr');

/** One id of everything that somebody can own. */
interface Ids {
  user_id: string;
  account_id: string;
  session_id: string;
  agent_id: string;
  wallet_id: string;
  payment_id: string;
  payment_method_id: string;
}

/**
 * How each tool is asked about somebody's things. A tool without an entry fails the sweep, and so does an argument that
 * takes an id but is not given one here.
 */
const tools: Record<string, (ids: Ids) => Record<string, unknown>> = {
  add_payment_method: ({ user_id }) => ({ payment_token: 'pm_none', user_id }),
  cancel_payment: ({ payment_id }) => ({ payment_id }),
  confirm_mfa: () => ({ code: '000000' }),
  create_link_token: ({ account_id }) => ({ account_id }),
  create_payment_method_setup: () => ({}),
  // Asked for without an approval, it would ask the person every time anew.
  delete_my_account: () => ({ approval_id: noApproval }),
  disable_mfa: () => ({ method: 'totp', approval_id: noApproval }),
  end_session: ({ session_id }) => ({ session_id }),
  export_my_data: () => ({}),
  // Its answer is a new secret each time: asked for what it does not have, it gives none.
  enroll_mfa: () => ({ method: 'sms' }),
  find_recurring_charges: ({ account_id }) => ({ account_id }),
  fund_wallet: ({ wallet_id, account_id }) => ({
    wallet_id,
    source_id: account_id,
    amount: '1.00',
    currency: 'USD',
    idempotency_key: randomUUID(),
  }),
  get_balance: ({ account_id }) => ({ account_id }),
  get_mesh_status: () => ({}),
  get_payment: ({ payment_id }) => ({ payment_id }),
  initiate_payment: ({ wallet_id }) => ({ ...ofWallet(wallet_id), idempotency_key: randomUUID() }),
  link_bank_account: ({ user_id }) => ({ public_token: 'public-sandbox-none', user_id }),
  list_accounts: ({ user_id }) => ({ user_id }),
  list_agents: () => ({}),
  list_payment_methods: ({ user_id }) => ({ user_id }),
  list_payments: ({ user_id }) => ({ user_id }),
  list_sessions: () => ({}),
  list_wallets: ({ user_id }) => ({ user_id }),
  preview_payment: ({ wallet_id }) => ofWallet(wallet_id),
  process_refund: ({ payment_id }) => ({ payment_id, idempotency_key: randomUUID() }),
  read_resource: ({ account_id }) => ({ uri: `banking://${account_id}/balance` }),
  refresh_bank_data: ({ account_id, user_id }) => ({ account_id, user_id }),
  remove_payment_method: ({ payment_method_id }) => ({ payment_method_id }),
  search_transactions: ({ account_id }) => ({ account_id }),
  set_agent_limits: ({ agent_id }) => ({
    agent_id,
    per_transaction: '1.00',
    per_day: '1.00',
    currency: 'USD',
  }),
  set_default_payment_method: ({ payment_method_id }) => ({ payment_method_id }),
  summarize_spending: ({ account_id }) => ({
    account_id,
    start_date: '2026-01-01',
    end_date: '2026-06-30',
    group_by: 'category',
  }),
  unlink_bank_account: ({ account_id, user_id }) => ({ account_id, user_id }),
  update_user_profile: ({ user_id }) => ({ user_id, profile_data: { locale: 'en-US' } }),
  withdraw_from_wallet: ({ wallet_id, account_id }) => ({
    wallet_id,
    account_id,
    amount: '1.00',
    currency: 'USD',
    idempotency_key: randomUUID(),
  }),
};

/** Out of somebody's wallet, to nobody's. */
const ofWallet = (source_id: string) => ({
  source_id,
  destination_id: newId('wal'),
  amount: '1.00',
  currency: 'USD',
});

/** The same for resource templates, by template. */
const templates: Record<string, (ids: Ids) => string> = {
  'users://{user_id}/profile': ({ user_id }) => `users://${user_id}/profile`,
  'users://{user_id}/permissions': ({ user_id }) => `users://${user_id}/permissions`,
  'users://{user_id}/security': ({ user_id }) => `users://${user_id}/security`,
  'banking://{user_id}/accounts': ({ user_id }) => `banking://${user_id}/accounts`,
  'banking://{account_id}/balance': ({ account_id }) => `banking://${account_id}/balance`,
  'banking://{account_id}/transactions{?start_date,end_date,page_token}': ({ account_id }) =>
    `banking://${account_id}/transactions`,
  'payments://{user_id}/wallets': ({ user_id }) => `payments://${user_id}/wallets`,
  'payments://{user_id}/methods': ({ user_id }) => `payments://${user_id}/methods`,
  'payments://{user_id}/history{?start_date,end_date,page_token}': ({ user_id }) =>
    `payments://${user_id}/history`,
  'payments://{payment_id}/status': ({ payment_id }) => `payments://${payment_id}/status`,
};

/** Operations that are how one gets a token: they are about nobody's things yet. */
const publicTools = [
  'authenticate_user',
  'refresh_token',
  'register_user',
  'request_password_reset',
  'reset_password',
];

let mesh: Mesh;
let owner: Person;
let stranger: Person;
let real: Ids;
/** The stranger's. */
let own: Ids;
const never: Ids = {
  user_id: newId('usr'),
  account_id: newId('acc'),
  session_id: newId('ses'),
  agent_id: newId('agt'),
  wallet_id: newId('wal'),
  payment_id: newId('pay'),
  payment_method_id: newId('pm'),
};

beforeAll(async () => {
  mesh = await startTestMesh();
  owner = await newPerson(mesh, 'Olivia Owner');
  stranger = await newPerson(mesh, 'Sam Stranger');
  [real, own] = [await idsOf(owner), await idsOf(stranger)];
});

/** With a linked bank, a saved card, and a payment by it into the person's own wallet. */
async function idsOf({ user_id, access_token, mcp }: Person): Promise<Ids> {
  const [account] = await linkBank(mesh, mcp);
  const [, payload = ''] = access_token.split('.');
  const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string };
  const { agents } = await mcp.call<{ agents: { agent_id: string }[] }>('list_agents');
  const { wallets } = await mcp.call<{ wallets: { wallet_id: string }[] }>('list_wallets');
  const wallet_id = wallets[0]?.wallet_id ?? '';
  const { payment_method_id } = await mcp.call<{ payment_method_id: string }>('add_payment_method', {
    payment_token: 'pm_card_visa',
  });
  const { payment_id } = await mcp.call<{ payment_id: string }>('fund_wallet', {
    wallet_id,
    source_id: payment_method_id,
    amount: '10.00',
    currency: 'USD',
    idempotency_key: 'own',
  });
  return {
    user_id,
    account_id: account?.account_id ?? '',
    session_id: sid,
    agent_id: agents[0]?.agent_id ?? '',
    wallet_id,
    payment_id,
    payment_method_id,
  };
}
afterAll(async () => {
  await Promise.all([owner?.mcp.close(), stranger?.mcp.close()]);
  await mesh?.stop();
});

/** The whole answer, byte for byte, save what names the request and the ids that the caller itself has sent. */
async function answer(body: object, token: string | undefined, sent: Ids): Promise<string> {
  const response = await fetch(mesh.mcp_url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  });
  let text = (await response.text())
    .replace(/req_[\w-]+/g, 'req_')
    // What was made by the call itself is another one each time.
    .replace(/exp_\w{26}|cs_test_\w+|"expires_at\\*":\\*"[^"\\]+/g, 'made');
  for (const [name, id] of Object.entries(sent)) text = text.replaceAll(id, name);
  const challenge = response.headers.get('www-authenticate') ?? '';
  return `${response.status} ${challenge}\n${text}`;
}

const callTool = (name: string, ids: Ids) => ({
  method: 'tools/call',
  params: { name, arguments: tools[name]?.(ids) },
});
const readUri = (template: string, ids: Ids) => ({
  method: 'resources/read',
  params: { uri: templates[template]?.(ids) },
});

// proves: stranger-sees-none
// proves: public-without-token
describe('a stranger', () => {
  it('meets a sweep that knows every tool, and gives it every id that it takes', async () => {
    const all = await connect(`${mesh.mcp_url}?toolsets=all`, { token: owner.access_token });
    const { tools: listed } = await all.client.listTools();
    await all.close();
    const swept = listed.filter(({ name }) => !publicTools.includes(name));
    expect(swept.map(({ name }) => name).sort()).toEqual(Object.keys(tools).sort());
    for (const { name, inputSchema } of swept) {
      const ids = Object.keys(inputSchema.properties ?? {}).filter((field) => field in never);
      const given = Object.keys(tools[name]?.(real) ?? {});
      expect(given, `${name} takes ids that the sweep does not give it`).toEqual(expect.arrayContaining(ids));
    }
  });

  it('meets a sweep that knows every resource template', async () => {
    const { resourceTemplates } = await owner.mcp.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate).sort()).toEqual(
      Object.keys(templates).sort(),
    );
  });

  it.each(Object.keys(tools))(
    "sees nothing of another's, and cannot tell it from none, by %s",
    async (name) => {
      const args = JSON.stringify(tools[name]?.(real));
      const fields = (Object.keys(real) as (keyof Ids)[]).filter((field) => args.includes(real[field]));
      if (fields.length === 0) {
        const seen = await answer(callTool(name, own), stranger.access_token, own);
        for (const id of Object.values(real)) expect(seen).not.toContain(id);
      }
      // One at a time, all else being the stranger's own: the first that is refused would hide the others.
      for (const field of fields) {
        const ask = (of: Ids) => {
          const ids = { ...own, [field]: of[field] };
          return answer(callTool(name, ids), stranger.access_token, ids);
        };
        const theirs = await ask(real);
        expect(theirs, field).toBe(await ask(never));
        expect(theirs, field).toContain('"reason":"NOT_FOUND"');
      }
    },
  );

  it.each(Object.keys(templates))("cannot tell another's things from none at %s", async (template) => {
    const [theirs, nobodys] = await Promise.all([
      answer(readUri(template, real), stranger.access_token, real),
      answer(readUri(template, never), stranger.access_token, never),
    ]);
    expect(theirs).toBe(nobodys);
    expect(theirs).toContain('NOT_FOUND');
  });

  it.each([...Object.keys(tools), ...Object.keys(templates)])(
    'without a token is challenged at %s',
    async (name) => {
      const ask = (ids: Ids) =>
        answer(name in tools ? callTool(name, ids) : readUri(name, ids), undefined, ids);
      const anonymous = await ask(real);
      expect(anonymous).toMatch(/^401 Bearer .*resource_metadata=/);
      expect(await ask(never)).toBe(anonymous);
    },
  );

  it('has changed nothing of what was swept', async () => {
    const { accounts } = await owner.mcp.call<{ accounts: { account_id: string; status: string }[] }>(
      'list_accounts',
    );
    expect(accounts.find(({ account_id }) => account_id === real.account_id)?.status).toBe('active');
    const balance = await owner.mcp.call<{ account_id: string }>('get_balance', {
      account_id: real.account_id,
    });
    expect(balance.account_id).toBe(real.account_id);
    expect(await owner.mcp.call('list_payment_methods')).toMatchObject({
      payment_methods: [{ payment_method_id: real.payment_method_id, status: 'active', is_default: true }],
    });
    expect(await owner.mcp.call('list_wallets')).toMatchObject({
      wallets: [{ wallet_id: real.wallet_id, available: { amount: '10.00', currency: 'USD' } }],
    });
  });
});
