import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { start } from '../src/index.js';
import { HARBOR_LINK, linkBank, MERIDIAN, startWithClient, syncAll } from './client.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

const ids = (list: readonly { transaction_id: string }[]) => list.map((each) => each.transaction_id);

describe('a restart with a data directory', () => {
  it('keeps access tokens, cursors, balances, changes made by hand, and open link tokens', async () => {
    const first = await startWithClient({ dataDir });
    const { access_token, item_id } = await linkBank(first.plaid, { institution_id: MERIDIAN });
    const { cursor, added } = await syncAll(first.plaid, access_token);
    const account_id = added[0]?.account_id ?? '';
    const bank = first.sandbox.control.plaid;
    const by_hand = bank.addTransaction(item_id, { account_id, amount: 5, name: 'BY HAND' });
    bank.removeTransaction(item_id, added[5]?.transaction_id ?? '');
    const accounts = (await first.plaid.accountsGet({ access_token })).data.accounts;
    const { link_token } = (await first.plaid.linkTokenCreate(HARBOR_LINK)).data;
    await first.sandbox.stop();

    const second = await startWithClient({ dataDir });
    expect((await second.plaid.accountsGet({ access_token })).data.accounts).toEqual(accounts);
    const next = await syncAll(second.plaid, access_token, cursor);
    expect([ids(next.added), ids(next.removed)]).toEqual([[by_hand], [added[5]?.transaction_id]]);
    expect((await second.plaid.linkTokenGet({ link_token })).data.link_token).toBe(link_token);
    await second.sandbox.stop();
  });

  it('keeps the key that webhooks are signed with', async () => {
    const kids: string[] = [];
    for (let run = 0; run < 2; run++) {
      const { sandbox } = await startWithClient({ dataDir });
      const state = JSON.parse(await readFile(join(dataDir, 'plaid.json'), 'utf8')) as {
        signing_key: { kid: string };
      };
      kids.push(state.signing_key.kid);
      await sandbox.stop();
    }
    expect(kids[1]).toBe(kids[0]);
  });

  it('loses nothing where the process dies between two requests', async () => {
    const first = await startWithClient({ dataDir });
    const { access_token } = await linkBank(first.plaid);
    // Not stopped: what is on disk is what a killed process leaves.
    const second = await startWithClient({ dataDir });
    expect((await second.plaid.itemGet({ access_token })).status).toBe(200);
    await first.sandbox.stop();
    await second.sandbox.stop();
  });

  it('writes for its own user only and leaves no drafts behind', async () => {
    const { sandbox, plaid } = await startWithClient({ dataDir });
    await linkBank(plaid);
    expect(await readdir(dataDir)).toEqual(['plaid.json', 'stripe.jsonl']);
    for (const file of ['plaid.json', 'stripe.jsonl']) {
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    }
    await sandbox.stop();
  });

  it('refuses a state it cannot read rather than start empty', async () => {
    await writeFile(join(dataDir, 'plaid.json'), '{"version":2}');
    await expect(start({ dataDir })).rejects.toThrow(/plaid\.json is not the state/);
  });
});

describe('a port in use', () => {
  it('is named together with its variable', async () => {
    const { sandbox } = await startWithClient();
    const taken = Number(new URL(sandbox.control_url).port);
    await expect(start({ ports: { control: taken } })).rejects.toThrow(
      `Port ${taken} is in use by another program. Stop that, or set SANDBOX_PORT to a free port.`,
    );
    await sandbox.stop();
  });
});
