import { type Clock, type Logger, requestId } from '@florin/chassis';
import { asFault, type Fault, toProblem } from '@florin/faults';
import { databaseFault } from '@florin/postgres';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { BankingDeps } from '../deps.js';
import { finishSession, type Visit, visitSession } from '../links/finish-session.js';
import { bankFault } from '../providers/bank-data.js';
import { pageCss, plaidLinkJs } from './link-page-assets.js';
import { donePage, failedPage, startPage, turnedBackPage, widgetPage } from './link-page-content.js';

interface Parts {
  deps: BankingDeps;
  now: Clock;
  logger: Logger;
  mode: 'simulated' | 'sandbox' | 'live';
}

const SEE_OTHER = 303;
const STATE = /^[\w-]{43}$/;
const PUBLIC_TOKEN = /^[\w-]{8,200}$/;

/** GET /link/<state>, to which create_link_token leads a person, and GET /link/<state>/return, to where the bank does. */
export function linkPages(app: Express, parts: Parts): void {
  const { deps, now } = parts;
  app.get('/link/assets/page.css', asset('text/css', pageCss));
  app.get('/link/assets/plaid-link.js', asset('text/javascript', plaidLinkJs));

  app.get('/link/:state', (request, response) =>
    show(parts, request, response, async (state) => {
      const visit = await visitSession(deps, state, now());
      if (visit.state === 'done') return donePage(visit.accounts, visit.repaired);
      return openPage(response, parts, visit, state);
    }),
  );

  app.get('/link/:state/return', (request, response) =>
    show(parts, request, response, async (state) => {
      const { public_token } = request.query;
      const given =
        typeof public_token === 'string' && PUBLIC_TOKEN.test(public_token) ? public_token : undefined;
      const visit = await finishSession(deps, state, given, { now: now() });
      if (visit.state === 'open') return turnedBackPage(`/link/${state}`);
      // So that the token stays in no history, and reloading the page does nothing.
      response.redirect(SEE_OTHER, `/link/${state}`);
      return undefined;
    }),
  );
}

function openPage(
  response: Response,
  { deps, mode }: Parts,
  { session, link_token }: Extract<Visit, { state: 'open' }>,
  state: string,
): string {
  const repairs = session.repairs_link_id !== null;
  if (session.hosted_url !== null) return startPage(session.hosted_url, repairs);
  allowPlaid(response, mode);
  return widgetPage(link_token, `${deps.public_url}/link/${state}/return`, repairs);
}

/** What Plaid Link needs besides (https://plaid.com/docs/link/web/), on this page alone. Inline script stays forbidden. */
function allowPlaid(response: Response, mode: Parts['mode']): void {
  const api = mode === 'live' ? 'https://production.plaid.com' : 'https://sandbox.plaid.com';
  response.set({
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self' data:",
      "script-src 'self' https://cdn.plaid.com",
      'frame-src https://cdn.plaid.com',
      `connect-src ${api}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join(';'),
    // Banks with OAuth open a window of their own.
    'cross-origin-opener-policy': 'same-origin-allow-popups',
  });
}

/** Sends what `render` makes, or a page that says what failed. These are for people: a problem in JSON helps none. */
async function show(
  { logger }: Parts,
  request: Request,
  response: Response,
  render: (state: string) => Promise<string | undefined>,
): Promise<void> {
  // The address is the secret: no cache keeps it, and no other site learns it.
  response.set({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const state = String(request.params.state);
  try {
    const content = await render(STATE.test(state) ? state : '');
    if (content !== undefined) response.type('html').send(content);
  } catch (error) {
    const failure = databaseFault(error) ?? bankFault(error) ?? asFault(error);
    const request_id = requestId(request);
    if (failure.code === 'INTERNAL') logger.error({ err: failure, request_id }, 'the link page failed');
    const status = failure.reason === 'LINK_TOKEN_EXPIRED' ? 410 : toProblem(failure, request_id).status;
    response
      .status(status)
      .type('html')
      .send(failedPage(failure.message, againUrl(failure, request)));
  }
}

function againUrl({ retryable }: Fault, request: Request): string | undefined {
  return retryable ? request.originalUrl : undefined;
}

function asset(type: string, content: string): RequestHandler {
  return (_request, response) => {
    response.type(type).set('cache-control', 'public, max-age=3600').send(content);
  };
}
