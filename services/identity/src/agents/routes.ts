import { type Clock, idSchema } from '@florin/chassis';
import { type Fault, fault, invalidField } from '@florin/faults';
import type { Db } from '@florin/postgres';
import type { Express, Request } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { onlyBrowsers } from '../browser/only-browsers.js';
import { sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { requireFreshFactor } from '../sign-in/recent-sign-in.js';
import { type AgentLimits, listAgents, listSessions, setAgentLimits } from '../store/agents.js';
import { endAccessOfAgent, endOneSession } from '../store/sessions.js';
import { agentsPage, SHOWN } from './agents-page.js';
import { allowedToolsSchema, readLimits } from './limits.js';

interface Parts {
  db: Db;
  browserSessions: BrowserSessions;
  issuer: string;
  now: Clock;
  toFault?: (error: unknown) => Fault | undefined;
}

const SEE_OTHER = 303;
const PAGE = '/account/agents';

/** Where a person sees what acts for them, limits it and ends it. Their own click needs no further approval. */
export function agentRoutes(app: Express, parts: Parts): void {
  const { db, browserSessions, issuer, now } = parts;
  const signedIn = requireSession({ browserSessions, now });
  const csrf = checkCsrf(issuer);
  const fresh = requireFreshFactor({ db, now, return_to: PAGE });
  const guards = [onlyBrowsers, formBody, signedIn, csrf] as const;

  app.get(PAGE, onlyBrowsers, signedIn, async (_request, response) => {
    const session = sessionOf(response);
    const newest = { before: undefined, limit: SHOWN, now: now() };
    const [agents, sessions] = await Promise.all([
      listAgents(db, session.user_id, newest),
      listSessions(db, session.user_id, newest),
    ]);
    sendPage(response, agentsPage({ agents, sessions }, session));
  });

  app.post(`${PAGE}/:agent_id/limits`, ...guards, fresh, async (request, response) => {
    const agent_id = idOf('agt', request.params.agent_id);
    const set = await setAgentLimits(db, sessionOf(response).user_id, agent_id, limitsOf(request), now());
    if (!set) throw unknown();
    response.redirect(SEE_OTHER, PAGE);
  });

  app.post(`${PAGE}/:agent_id/remove`, ...guards, async (request, response) => {
    const agent_id = idOf('agt', request.params.agent_id);
    const ended = await endAccessOfAgent(db, sessionOf(response).user_id, agent_id, { now: now() });
    if (!ended) throw unknown();
    response.redirect(SEE_OTHER, PAGE);
  });

  app.post('/account/sessions/:session_id/end', ...guards, async (request, response) => {
    const session_id = idOf('ses', request.params.session_id);
    const ended = await endOneSession(db, sessionOf(response).user_id, session_id, { now: now() });
    if (ended === undefined) throw unknown();
    response.redirect(SEE_OTHER, PAGE);
  });

  app.use([PAGE, '/account/sessions'], pageErrors(parts.toFault));
}

/** An empty form takes the limits away: in the browser it is the person who says so. */
function limitsOf(request: Request): AgentLimits {
  const text = (name: string) => formText(request, name).trim();
  const tools = text('allowed_tools')
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  const parsed = allowedToolsSchema.safeParse(tools);
  if (!parsed.success)
    throw invalidField('allowed_tools', 'must be names of tools, separated by commas; at most 50.');
  const allowed_tools = tools.length === 0 ? undefined : parsed.data;
  const [per_transaction, per_day] = [text('per_transaction'), text('per_day')];
  if (per_transaction === '' && per_day === '') {
    return {
      currency: null,
      per_transaction_minor: null,
      per_day_minor: null,
      allowed_tools: allowed_tools ?? null,
    };
  }
  return readLimits({ per_transaction, per_day, currency: text('currency').toUpperCase(), allowed_tools });
}

function idOf(prefix: 'agt' | 'ses', given: unknown): string {
  const parsed = idSchema(prefix, '').safeParse(given);
  if (!parsed.success) throw unknown();
  return parsed.data;
}

/** One answer for another person's and for none. */
function unknown(): Fault {
  return fault('NOT_FOUND', 'You have no such agent or session. Reload the page.');
}
