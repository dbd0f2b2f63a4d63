import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formBrowser } from '../support/browser-forms.js';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('sign_in_pages');
  await identity.register('ada@example.com');
});
afterAll(() => identity.stop());

const right = { username: 'ada@example.com', password: PASSWORD };

describe('/sign-in', () => {
  it('signs in who knows the password, and leads on to where they came from', async () => {
    const browser = formBrowser(identity.url);
    const { page } = await browser.get('/sign-in?return_to=/approvals/apr_1');
    expect(page).toContain('value="/approvals/apr_1"');
    const { status, location } = await browser.post('/sign-in', { ...right, return_to: '/approvals/apr_1' });
    expect([status, location]).toEqual([303, '/approvals/apr_1']);
    expect(browser.cookie('florin')).toMatch(/^[\w-]{43}$/);
    expect(await browser.get('/sign-in?return_to=/approvals/apr_1')).toMatchObject({ status: 303 });
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
  ])('leads nobody off to %j', async (return_to) => {
    const browser = formBrowser(identity.url);
    const shown = await browser.get(`/sign-in?return_to=${encodeURIComponent(return_to)}`);
    expect(shown.page).not.toContain('evil');
    const { location } = await browser.post('/sign-in', { ...right, return_to });
    expect(location).toBe('/account/security');
  });

  it('refuses a form that another site sends', async () => {
    const browser = formBrowser(identity.url);
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const { status } = await browser.post('/sign-in', right, headers);
      expect(status).toBe(403);
    }
    expect(browser.cookie('florin')).toBeUndefined();
  });

  it('shows one page for a wrong password and for somebody unknown', async () => {
    const wrong = await formBrowser(identity.url).post('/sign-in', { ...right, password: 'not the one' });
    const unknown = await formBrowser(identity.url).post('/sign-in', {
      ...right,
      username: 'eve@example.com',
    });
    expect(wrong.status).toBe(401);
    expect(wrong.page).toContain('role="alert"');
    expect(unknown.page.replaceAll('eve@', 'ada@')).toBe(wrong.page);
  });

  it('writes back what was typed as text, never as markup', async () => {
    const { page } = await formBrowser(identity.url).post('/sign-in', {
      username: '"><script>alert(1)</script>',
      password: 'x',
    });
    expect(page).not.toContain('<script>alert');
  });
});
