import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@florin/testkit';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type Person,
  startBankingUnderTest,
  toUuid,
} from '../support/banking-under-test.js';

interface Recorded {
  token: string;
  body: string;
}

let banking: BankingUnderTest;
let person: Person;
let item_id: string;
let recorder: Server;
const recorded: Recorded[] = [];

beforeAll(async () => {
  banking = await startBankingUnderTest('webhook');
  person = await banking.newPerson();
  // The stand-in's webhooks come here instead, so that each can be delivered as an attacker would.
  recorder = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      recorded.push({ token: String(request.headers['plaid-verification']), body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
  const webhook_url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/`;
  const public_token = await banking.publicToken('ins_910001', webhook_url);
  await banking.tool('link_bank_account', { public_token }, person);
  item_id = banking.sandbox.control.plaid.items()[0]?.item_id ?? '';
  await banking.synced(person);
});
afterAll(async () => {
  await banking.stop();
  recorder.close();
});

async function nextWebhook(): Promise<Recorded> {
  recorded.length = 0;
  banking.sandbox.control.plaid.fireWebhook(item_id, 'SYNC_UPDATES_AVAILABLE');
  return until(() => {
    const [first] = recorded;
    if (first === undefined) throw new Error('no webhook came');
    return first;
  });
}

async function deliver({ token, body }: Partial<Recorded>): Promise<number> {
  const response = await fetch(`${banking.url}/webhooks/plaid`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { 'plaid-verification': token }),
    },
    body: body ?? '',
  });
  return response.status;
}

/** How often a sync was asked for. */
async function requests(): Promise<number> {
  const [row] = await banking.sql`select sync_requests from links where user_id = ${toUuid(person.user_id)}`;
  return Number(row?.sync_requests);
}

// proves: webhook-verified
describe('POST /webhooks/plaid', () => {
  it('takes a genuine webhook once, however often it is delivered', async () => {
    const webhook = await nextWebhook();
    const before = await requests();
    const statuses = await Promise.all([deliver(webhook), deliver(webhook), deliver(webhook)]);
    expect(statuses).toEqual([200, 200, 200]);
    expect(await requests()).toBe(before + 1);
    expect(await deliver(webhook)).toBe(200);
    expect(await requests()).toBe(before + 1);
  });

  it('takes two hints with equal bodies as two', async () => {
    const first = await nextWebhook();
    const second = await nextWebhook();
    expect(second.body).toBe(first.body);
    const before = await requests();
    expect([await deliver(first), await deliver(second)]).toEqual([200, 200]);
    expect(await requests()).toBe(before + 2);
  });

  it("refuses another body, no signature, a stranger's key and an old one, and does nothing", async () => {
    const { token, body } = await nextWebhook();
    const before = await requests();
    const forged = JSON.stringify({ ...JSON.parse(body), webhook_code: 'ERROR' });
    expect(await deliver({ token, body: forged })).toBe(401);
    expect(await deliver({ token, body: `${body} ` })).toBe(401);
    expect(await deliver({ body })).toBe(401);
    expect(await deliver({ token: 'not.a.token', body })).toBe(401);
    const { privateKey } = await generateKeyPair('ES256');
    const stranger = await new SignJWT({ request_body_sha256: 'a'.repeat(64) })
      .setProtectedHeader({ alg: 'ES256', kid: 'unknown-key' })
      .setIssuedAt(banking.clock.now())
      .sign(privateKey);
    expect(await deliver({ token: stranger, body })).toBe(401);
    banking.clock.advance(301_000);
    expect(await deliver({ token, body })).toBe(401);
    expect(await requests()).toBe(before);
  });

  it('answers 503 while it cannot check a signature, so that the webhook is sent again', async () => {
    banking.clock.advance(60 * 60_000);
    const webhook = await nextWebhook();
    banking.sandbox.control.setFault({ kind: 'down' });
    expect(await deliver(webhook)).toBe(503);
    banking.sandbox.control.clearFaults();
    expect(await deliver(webhook)).toBe(200);
  });

  it('answers 200 for a link that it does not know, and refuses a body beyond bounds', async () => {
    const webhook = await nextWebhook();
    await banking.sql`update links set provider_link_id = provider_link_id || '-other'`;
    expect(await deliver(webhook)).toBe(200);
    expect(await deliver({ ...webhook, body: 'x'.repeat(200_000) })).toBe(413);
  });
});
