import { type Clock, requestId } from '@florin/chassis';
import { html } from '@florin/chassis/html';
import { asFault, type Fault, httpStatus } from '@florin/faults';
import type { ErrorRequestHandler, Express } from 'express';
import type { BrowserSessions } from './browser-session.js';
import { checkCsrf, formBody, requireSession } from './forms.js';
import { sendPage } from './page.js';
import { STYLESHEET_PATH, stylesheet } from './stylesheet.js';

interface Parts {
  browserSessions: BrowserSessions;
  issuer: string;
  now: Clock;
}

const SEE_OTHER = 303;

/** What all pages share: their stylesheet, and the way out. */
export function browserRoutes(app: Express, { browserSessions, issuer, now }: Parts): void {
  app.get(STYLESHEET_PATH, (_request, response) => {
    response.set('cache-control', 'public, max-age=31536000, immutable').type('css').send(stylesheet);
  });
  const signedIn = requireSession({ browserSessions, now });
  app.post('/sign-out', formBody, signedIn, checkCsrf(issuer), async (request, response) => {
    await browserSessions.end(request, response, now());
    response.redirect(SEE_OTHER, '/sign-in');
  });
  app.use('/sign-out', pageErrors());
}

/** Says a fault as a page to who reads pages; everybody else gets the edge's problem details. */
export function pageErrors(toFault?: (error: unknown) => Fault | undefined): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const failure = toFault?.(error) ?? asFault(error);
    // What we did not expect is the edge's to log.
    if (response.headersSent || failure.code === 'INTERNAL' || !request.accepts('html')) return next(error);
    sendPage(
      response,
      {
        title: 'That did not work',
        body: html`<p role="alert" class="error">${failure.message}</p>
<p class="hint">Request <code>${requestId(request)}</code></p>`,
      },
      httpStatus(failure),
    );
  };
}
