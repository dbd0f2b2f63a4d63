import type { Browser } from 'playwright-core';

/** The machine's own browser, which asks nothing of the internet by itself. CHROMIUM_PATH, where it is not in its usual place. */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
}
