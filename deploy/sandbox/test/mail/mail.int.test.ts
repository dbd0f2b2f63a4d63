import { createTransport } from 'nodemailer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultInput, type Mail, type Sandbox, start } from '../../src/index.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await start();
});

afterEach(() => {
  sandbox.control.clearFaults();
  sandbox.control.mail.clear();
});

afterAll(() => sandbox.stop());

const LINK = 'http://127.0.0.1:8081/verify?token=a.b&next=%2F';

async function send(
  message: { to?: string; subject?: string; text?: string; html?: string; bcc?: string } = {},
) {
  const transport = createTransport({ url: sandbox.smtp_url, connectionTimeout: 2_000 });
  try {
    await transport.sendMail({
      from: 'Florin <no-reply@florin.test>',
      to: 'Ada <Ada@florin.test>',
      subject: 'Verify your e-mail',
      text: `Open ${LINK}.`,
      ...message,
    });
  } finally {
    transport.close();
  }
}

async function listed(query = ''): Promise<Mail[]> {
  const response = await fetch(`${sandbox.mail_url}/mails${query}`);
  return ((await response.json()) as { mails: Mail[] }).mails;
}

describe('mail', () => {
  it('is caught with its envelope, text and links, newest first', async () => {
    await send();
    await send({ subject: 'Zurückgesetzt', bcc: 'ben@florin.test' });
    const [latest, first] = await listed('?to=ada@florin.test');
    expect(first).toMatchObject({
      from: 'no-reply@florin.test',
      to: ['Ada@florin.test'],
      subject: 'Verify your e-mail',
      links: [LINK],
      html: null,
    });
    expect(latest).toMatchObject({ subject: 'Zurückgesetzt', to: ['Ada@florin.test', 'ben@florin.test'] });
    expect(await listed('?to=ben@florin.test&subject=Zur')).toHaveLength(1);
    expect(await listed('?to=nobody@florin.test')).toEqual([]);
  });

  it('is taken with any user name and password', async () => {
    const url = sandbox.smtp_url.replace('//', '//florin:secret@');
    await createTransport(url).sendMail({ from: 'a@florin.test', to: 'b@florin.test', text: 'x' });
    expect(await listed()).toHaveLength(1);
  });

  it('can be waited for, before it comes and after', async () => {
    const waiting = sandbox.control.mail.waitFor({ to: 'ada@florin.test', subject: /verify/i });
    await send();
    expect((await waiting).links).toEqual([LINK]);
    expect((await sandbox.control.mail.waitFor({ to: 'ADA@florin.test' })).links).toEqual([LINK]);
  });

  it('that does not come is an error that says what came instead', async () => {
    await send();
    await expect(sandbox.control.mail.waitFor({ to: 'ben@florin.test' }, 30)).rejects.toThrow(
      'No mail to ben@florin.test in 30 ms. There were: "Verify your e-mail" to Ada@florin.test.',
    );
  });

  it('makes room for what comes later: 200 are kept', async () => {
    const mail = await sandbox.control.mail.waitFor({}, 1).catch(() => undefined);
    expect(mail).toBeUndefined();
    await send();
    const [one] = sandbox.control.mail.list();
    if (!one) throw new Error('nothing was caught');
    for (let count = 0; count < 250; count++) sandbox.control.mail.add({ ...one, mail_id: `mail_${count}` });
    expect(sandbox.control.mail.list()).toHaveLength(200);
    expect(sandbox.control.mail.byId('mail_249')).toBeDefined();
    expect(sandbox.control.mail.byId('mail_49')).toBeUndefined();
    for (let count = 0; count < 40; count++)
      sandbox.control.mail.add({ ...one, text: 'x'.repeat(1_000_000) });
    expect(sandbox.control.mail.list()).toHaveLength(16);
  });

  it('above a megabyte is refused', async () => {
    await expect(send({ text: 'x'.repeat(1_100_000) })).rejects.toThrow(/size|552/);
    expect(await listed()).toEqual([]);
  });

  it('is forgotten on request', async () => {
    await send();
    const response = await fetch(`${sandbox.mail_url}/mails`, { method: 'DELETE' });
    expect(await response.json()).toEqual({ cleared: 1 });
    expect(await listed()).toEqual([]);
  });
});

describe('the pages', () => {
  const page = async (path: string) => {
    const response = await fetch(`${sandbox.mail_url}${path}`);
    const policy = response.headers.get('content-security-policy') ?? '';
    return { status: response.status, text: await response.text(), policy, headers: response.headers };
  };

  it('list the mails and show one, its links to be clicked and its text escaped', async () => {
    await send({ subject: '<b>hello</b>', text: `<script>x</script> ${LINK}, please` });
    const { mail_id = '' } = (await listed())[0] ?? {};
    expect((await page('/')).text).toContain(`<a href="/messages/${mail_id}">&lt;b&gt;hello&lt;/b&gt;</a>`);
    const { text, policy } = await page(`/messages/${mail_id}`);
    expect(text).toContain(`<a href="${LINK.replace('&', '&amp;')}" rel="noopener noreferrer">`);
    expect(text).not.toContain('<script');
    expect(policy).toContain("default-src 'none'");
  });

  it('show HTML in a frame that runs no script and loads nothing', async () => {
    await send({ html: '<script>alert(1)</script><a href="https://florin.test">x</a>' });
    const { mail_id = '' } = (await listed())[0] ?? {};
    expect((await page(`/messages/${mail_id}`)).text).toContain(
      `<iframe class="mail" title="Verify your e-mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${mail_id}/html">`,
    );
    const { policy, headers, text } = await page(`/messages/${mail_id}/html`);
    expect(policy).toBe(
      "default-src 'none';style-src 'unsafe-inline';img-src data:;frame-ancestors 'self';sandbox allow-popups allow-popups-to-escape-sandbox",
    );
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(text).toContain('<base target="_blank">');
  });

  it('say what to do where a mail is gone', async () => {
    expect((await page('/messages/none')).status).toBe(404);
    expect((await page('/messages/none/html')).status).toBe(404);
    expect((await page('/mails?to=a&to=b')).status).toBe(400);
  });
});

describe('faults of the mail server', () => {
  const set = (fault: FaultInput) => sandbox.control.setFault(fault);

  it('down: nobody answers', async () => {
    set({ kind: 'down', provider: 'mail', times: 1 });
    await expect(send()).rejects.toThrow();
    await send();
    expect(await listed()).toHaveLength(1);
  });

  it.each([451, 550])('refusal: the sender is told %i, and nothing is caught', async (response_code) => {
    set({ kind: 'smtp_refusal', response_code, times: 1 });
    await expect(send()).rejects.toMatchObject({ responseCode: response_code });
    expect(await listed()).toEqual([]);
  });

  it('latency: the answer comes late', async () => {
    set({ kind: 'latency', latency_ms: 150, provider: 'mail', times: 1 });
    const before_ms = performance.now();
    await send();
    expect(performance.now() - before_ms).toBeGreaterThanOrEqual(145);
  });

  it('a connection cut before or after the mail is caught: the sender cannot know', async () => {
    set({ kind: 'drop_connection', provider: 'mail', times: 1 });
    await expect(send()).rejects.toThrow();
    expect(await listed()).toEqual([]);
    set({ kind: 'drop_connection', provider: 'mail', after_applying: true, times: 1 });
    await expect(send()).rejects.toThrow();
    expect(await listed()).toHaveLength(1);
  });
});
