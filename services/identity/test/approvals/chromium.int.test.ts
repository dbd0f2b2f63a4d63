import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launchChromium } from '@florin/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf } from '../support/limits.js';

const EMAIL = 'ada@example.com';

let identity: IdentityUnderTest;
let browser: Browser;
let page: Page;
let elsewhere: Server;
let agent: Awaited<ReturnType<typeof agentOf>>;
const complaints: string[] = [];

beforeAll(async () => {
  identity = await startIdentityUnderTest('approvals_chromium');
  agent = await agentOf(identity, EMAIL);
  browser = await launchChromium();
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  elsewhere?.close();
  await identity?.stop();
});

interface Answer {
  status: string;
  approval?: { approval_id: string; approval_url: string };
}

async function setLimits(per_day: string, approval_id?: string): Promise<Answer> {
  const mesh_token = await identity.exchange(agent.access_token);
  const limits = { per_transaction: '20.00', per_day, currency: 'USD' };
  const args = { agent_id: agent.agent_id, ...limits, ...(approval_id !== undefined && { approval_id }) };
  return (await identity.call('tool', 'set_agent_limits', args, mesh_token)) as unknown as Answer;
}

async function asked(per_day: string) {
  const { approval } = await setLimits(per_day);
  if (approval === undefined) throw new Error('no approval was asked for');
  return approval;
}

// proves: approval-by-person
it('a person opens the link that the agent shows, signs in, reads what will happen, and allows it', async () => {
  const { approval_id, approval_url } = await asked('100.00');
  await page.goto(approval_url);
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(approval_url);

  await page.getByRole('heading', { name: 'Do you allow this?' }).waitFor();
  const shown = await page.getByRole('main').textContent();
  for (const line of ['set agent limits', '20.00 USD', '100.00 USD', agent.agent_id]) {
    expect(shown).toContain(line);
  }
  expect(await setLimits('100.00', approval_id)).toMatchObject({ status: 'approval_required' });
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'You have allowed this' }).waitFor();
  expect(await setLimits('100.00', approval_id)).toMatchObject({ status: 'done' });
  await page.reload();
  await page.getByRole('heading', { name: 'This was allowed and done' }).waitFor();
  expect(complaints).toEqual([]);
});

it('a person refuses by the keyboard alone, and the agent is told', async () => {
  const { approval_id, approval_url } = await asked('200.00');
  await page.goto(approval_url);
  await page.getByRole('button', { name: 'Refuse' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You have refused this' }).waitFor();
  await expect(setLimits('200.00', approval_id)).rejects.toMatchObject({ reason: 'APPROVAL_DENIED' });
});

it('another site can neither frame the page nor send its form', async () => {
  const { approval_id, approval_url } = await asked('300.00');
  elsewhere = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>A game</title>
      <iframe src="${approval_url}"></iframe>
      <form method="post" action="${approval_url}"><input name="decision" value="granted"><button>Play</button></form>`);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  // "localhost" and "127.0.0.1" are two sites to a browser.
  await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
  const frame = page.frameLocator('iframe');
  expect(await frame.getByRole('button', { name: 'Allow' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Play' }).click();
  await page.waitForLoadState();
  expect(await setLimits('300.00', approval_id)).toMatchObject({ status: 'approval_required' });
});

it('a person limits an agent and ends its sessions without being asked again', async () => {
  complaints.length = 0;
  await page.goto(`${identity.url}/account/agents`);
  await page.getByText('Limits of Sign-in with a password').click();
  await page.getByLabel('At most at a time').fill('5');
  await page.getByLabel('At most in a day (UTC)').fill('50');
  await page.getByRole('button', { name: 'Set limits' }).click();
  await page.getByText('5.00 USD at a time, 50.00 USD in a day (UTC)').waitFor();
  await page.getByRole('button', { name: 'Remove access of Sign-in with a password' }).click();
  await page.getByText('None.').waitFor();
  await expect(identity.exchange(agent.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  expect(complaints).toEqual([]);
});

it('its pages can be read in the dark as well', async () => {
  const dark = await browser.newPage({ colorScheme: 'dark' });
  await dark.goto(`${identity.url}/sign-in`);
  // WCAG 2.2, 1.4.3: "a contrast ratio of at least 4.5:1".
  const ratios = await dark.evaluate(() => {
    const luminance = (color: string) => {
      const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = getComputedStyle(document.body).backgroundColor;
    document.querySelector('main')?.insertAdjacentHTML('beforeend', '<button class="danger">Remove</button>');
    return [...document.querySelectorAll('.brand, h1, main a, main label, .danger')].map((each) => {
      const { color, backgroundColor } = getComputedStyle(each);
      const behind = backgroundColor === 'rgba(0, 0, 0, 0)' ? ground : backgroundColor;
      const [light = 0, dark = 0] = [luminance(color), luminance(behind)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    });
  });
  await dark.close();
  expect(ratios.length).toBeGreaterThan(3);
  expect(Math.min(...ratios)).toBeGreaterThan(4.5);
});
