import type { BrowserContext } from 'playwright-core';
import { expect } from 'vitest';
import type { Person } from './people.js';

/** As a person does it in a browser: signs in where they are asked to, reads what the app wants, and allows it. */
export function allowAs(person: Person, context: BrowserContext, client_name: string) {
  return async (url: string) => {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(url);
    const email = page.getByLabel('E-mail address');
    const allow = page.getByRole('button', { name: 'Allow', exact: true });
    await email.or(allow).first().waitFor();
    if (await email.isVisible()) {
      await email.fill(person.email);
      await page.getByLabel('Password', { exact: true }).fill(person.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    }
    await page.getByRole('heading', { name: `Give ${client_name} access?` }).waitFor();
    expect(await page.getByText('See your linked bank accounts, balances and transactions').isVisible()).toBe(
      true,
    );
    await allow.click();
    await page.waitForURL(/\/callback\?/);
    expect(complaints).toEqual([]);
    await page.close();
  };
}
