import { type Html, html } from '@florin/chassis/html';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField, type Page } from '../browser/page.js';
import type { ListedAgent, ListedSession } from '../store/agents.js';
import { showLimits } from './limits.js';

/** How many of each the page shows: the newest. */
export const SHOWN = 100;

/** All that acts for a person, each with what it may do and a button that ends it. */
export function agentsPage(
  { agents, sessions }: { agents: readonly ListedAgent[]; sessions: readonly ListedSession[] },
  session: BrowserSession,
): Page {
  return {
    title: 'What has access',
    session,
    body: html`<p>Each of these can act for you. Remove what you do not know, and limit what should not do everything.</p>
<h2 id="agents">Agents</h2>
${agents.length === 0 ? html`<p>None yet.</p>` : agents.map((agent) => agentSection(agent, session))}
<h2 id="sessions">Sessions</h2>
${sessions.length === 0 ? html`<p>None.</p>` : html`<ul>${sessions.map((listed) => sessionItem(listed, session))}</ul>`}`,
  };
}

function agentSection({ agent, sessions }: ListedAgent, session: BrowserSession): Html {
  const { agent_id, name, client_id, created_at } = agent;
  return html`<section aria-labelledby="${agent_id}">
<h3 id="${agent_id}">${name}</h3>
<dl>
<dt>Client</dt><dd><code>${client_id}</code></dd>
<dt>Since</dt><dd>${day(created_at)}</dd>
<dt>Sessions</dt><dd>${sessions}</dd>
<dt>May spend without asking you</dt><dd>${limitsText(agent)}</dd>
<dt>Tools</dt><dd>${toolsText(agent.allowed_tools)}</dd>
</dl>
${limitsForm(agent, session)}
<form method="post" action="/account/agents/${agent_id}/remove">
${csrfField(session)}
<button class="danger" type="submit">Remove access of ${name}</button>
</form>
</section>`;
}

type Agent = ListedAgent['agent'];

function limitsText(agent: Agent): string {
  const limits = showLimits(agent);
  if (limits === undefined) return 'no limits of your own';
  const { per_transaction, per_day } = limits;
  return `${per_transaction.amount} ${per_transaction.currency} at a time, ${per_day.amount} ${per_day.currency} in a day (UTC)`;
}

function toolsText(allowed_tools: readonly string[] | null): string {
  if (allowed_tools === null) return 'all that its permissions open';
  return allowed_tools.length === 0 ? 'none' : allowed_tools.join(', ');
}

function limitsForm(agent: Agent, session: BrowserSession): Html {
  const limits = showLimits(agent);
  const { agent_id, name, allowed_tools } = agent;
  const field = (id: string, label: string, value: string) =>
    html`<label for="${id}-${agent_id}">${label}</label><input id="${id}-${agent_id}" name="${id}" value="${value}" autocomplete="off">`;
  return html`<details>
<summary>Limits of ${name}</summary>
<form method="post" action="/account/agents/${agent_id}/limits">
${csrfField(session)}
${field('per_transaction', 'At most at a time', limits?.per_transaction.amount ?? '')}
${field('per_day', 'At most in a day (UTC)', limits?.per_day.amount ?? '')}
${field('currency', 'Currency', limits?.per_day.currency ?? 'USD')}
${field('allowed_tools', 'Only these tools, separated by commas', allowed_tools?.join(', ') ?? '')}
<p class="hint">Leave both amounts empty for no limits of your own, and the tools empty to allow all that its permissions open.</p>
<button type="submit">Set limits</button>
</form>
</details>`;
}

function sessionItem(listed: ListedSession, session: BrowserSession): Html {
  const { session_id, client_name, client_id, created_at, last_used_at, authentication_methods } = listed;
  return html`<li>
<strong>${client_name ?? client_id}</strong>, since ${day(created_at)}, last used ${day(last_used_at)}, signed in by ${authentication_methods.join(', ')}
<form method="post" action="/account/sessions/${session_id}/end">
${csrfField(session)}
<button class="quiet" type="submit" aria-label="End the session of ${client_name ?? client_id} from ${day(created_at)}">End</button>
</form>
</li>`;
}

function day(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
