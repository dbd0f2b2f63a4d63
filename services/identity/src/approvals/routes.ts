import { type Clock, idSchema } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import type { Db } from '@florin/postgres';
import type { Express, RequestHandler } from 'express';
import type { BrowserSession, BrowserSessions } from '../browser/browser-session.js';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { onlyBrowsers } from '../browser/only-browsers.js';
import { sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { decideApproval, findApproval } from '../store/approvals.js';
import { approvalPage } from './approval-page.js';
import type { ApprovalSummaries } from './summary.js';

interface Parts {
  db: Db;
  summaries: ApprovalSummaries;
  browserSessions: BrowserSessions;
  /** Lets on who has just shown a second factor, where one is enrolled. */
  requireFreshFactor: RequestHandler;
  issuer: string;
  now: Clock;
  toFault?: (error: unknown) => Fault | undefined;
}

const SEE_OTHER = 303;
const approvalId = idSchema('apr', 'The approval.');

/** The one place where an approval is granted: a page, for a person who is signed in with a browser. */
export function approvalRoutes(app: Express, parts: Parts): void {
  const { db, browserSessions, issuer, now } = parts;
  const path = '/approvals/:approval_id';
  const signedIn = requireSession({ browserSessions, now });

  app.get(path, onlyBrowsers, signedIn, parts.requireFreshFactor, async (request, response) => {
    const session = sessionOf(response);
    const approval = await findOwn(parts, session, request.params.approval_id);
    sendPage(response, approvalPage(approval, session, now()));
  });

  app.post(
    path,
    onlyBrowsers,
    formBody,
    signedIn,
    checkCsrf(issuer),
    parts.requireFreshFactor,
    async (request, response) => {
      const session = sessionOf(response);
      const { approval_id } = await findOwn(parts, session, request.params.approval_id);
      const decision = formText(request, 'decision');
      if (decision !== 'granted' && decision !== 'denied') {
        throw fault('INVALID_ARGUMENT', 'Choose one of the two buttons of the page.');
      }
      // Where it comes too late, or twice, the page says what became of it.
      await decideApproval(db, session.user_id, approval_id, decision, now());
      response.redirect(SEE_OTHER, `/approvals/${approval_id}`);
    },
  );

  app.use('/approvals', pageErrors(parts.toFault));
}

/** One answer for another person's approval, for none, and for what is no id. */
async function findOwn({ db, summaries }: Parts, { user_id }: BrowserSession, given: unknown) {
  const parsed = approvalId.safeParse(given);
  const found = parsed.success ? await findApproval(db, user_id, parsed.data) : undefined;
  if (found === undefined) throw fault('NOT_FOUND', 'You have no such approval to decide.');
  return { ...found, lines: summaries.open(found.approval_id, found.summary) };
}
