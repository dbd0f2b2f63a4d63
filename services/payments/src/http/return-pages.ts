import { type Clock, type Logger, requestId } from '@florin/chassis';
import { asFault, toProblem } from '@florin/faults';
import { databaseFault, transaction } from '@florin/postgres';
import type { Express, Request, Response } from 'express';
import { finishSetup } from '../methods/finish-setup.js';
import type { MethodDeps } from '../methods/method-deps.js';
import { providerFault } from '../providers/provider-fault.js';
import { promptConfirmation } from '../store/payments-of-provider.js';
import {
  confirmedPage,
  failedPage,
  methodAddedPage,
  nothingAddedPage,
  oldOnboardingPage,
  oldPage,
  onboardedPage,
  pageCss,
} from './return-page-content.js';

interface Parts {
  deps: Pick<MethodDeps, 'db' | 'provider'>;
  worker: { nudge(): void };
  now: Clock;
  logger: Logger;
}

const SETUP = /^cs_\w{1,250}$/;
const GONE = 410;

/**
 * Where the provider sends people back to: GET /methods/return from its set-up page, GET /payments/<id>/return from the bank
 * that confirmed a payment (3-D Secure), GET /onboarding/return and /onboarding/refresh from where they said who they are. What
 * the address says is not believed: it only says that it is time to look.
 */
export function returnPages(app: Express, parts: Parts): void {
  const { deps, worker, now } = parts;
  app.get('/return/page.css', (_request, response) => {
    response.type('text/css').set('cache-control', 'public, max-age=3600').send(pageCss);
  });

  app.get('/methods/return', (request, response) =>
    show(parts, request, response, async () => {
      const { setup } = request.query;
      if (typeof setup !== 'string' || !SETUP.test(setup)) return { status: GONE, content: oldPage() };
      const outcome = await finishSetup(deps, setup, now());
      if (outcome.state === 'gone') return { status: GONE, content: oldPage() };
      return { content: outcome.state === 'open' ? nothingAddedPage() : methodAddedPage(outcome.method) };
    }),
  );

  // Nobody signs in here, so a used link is not exchanged for a new one: that would open somebody's data to whoever finds it.
  app.get('/onboarding/return', (request, response) =>
    show(parts, request, response, async () => ({ content: onboardedPage() })),
  );
  app.get('/onboarding/refresh', (request, response) =>
    show(parts, request, response, async () => ({ status: GONE, content: oldOnboardingPage() })),
  );

  app.get('/payments/:payment_id/return', (request, response) =>
    show(parts, request, response, async () => {
      const payment_id = String(request.params.payment_id);
      await transaction(deps.db, (tx) => promptConfirmation(tx, payment_id, now()));
      worker.nudge();
      return { content: confirmedPage() };
    }),
  );
}

/** Sends a page, or one that says what failed. These are for people: a problem in JSON helps none. */
async function show(
  { logger }: Parts,
  request: Request,
  response: Response,
  render: () => Promise<{ status?: number; content: string }>,
): Promise<void> {
  // The address names what only the person should: no cache keeps it, and no other site learns it.
  response.set({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  try {
    const { status = 200, content } = await render();
    response.status(status).type('html').send(content);
  } catch (error) {
    const failure = databaseFault(error) ?? providerFault(error) ?? asFault(error);
    const request_id = requestId(request);
    if (failure.code === 'INTERNAL') logger.error({ err: failure, request_id }, 'a return page failed');
    response.status(toProblem(failure, request_id).status).type('html').send(failedPage(failure.message));
  }
}
