import type { SummaryLine } from '@florin/chassis';
import { type Html, html } from '@florin/chassis/html';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField, type Page } from '../browser/page.js';

export interface ShownApproval {
  approval_id: string;
  operation: string;
  client_id: string;
  /** What the client calls itself; null where it has never been seen. */
  client_name: string | null;
  expires_at: Date;
  decision: 'granted' | 'denied' | null;
  consumed_at: Date | null;
  lines: readonly SummaryLine[];
}

/** What a person is asked, in full, or what became of it. */
export function approvalPage(approval: ShownApproval, session: BrowserSession, now: Date): Page {
  const state = stateOf(approval, now);
  return {
    title: titles[state],
    session,
    body: html`<p>${outcomes[state](approval, now)}</p>
${summary(approval)}
${state === 'open' ? form(approval, session) : html``}`,
  };
}

type State = 'open' | 'granted' | 'used' | 'denied' | 'expired';

function stateOf({ decision, consumed_at, expires_at }: ShownApproval, now: Date): State {
  if (consumed_at !== null) return 'used';
  if (decision === 'denied') return 'denied';
  if (now >= expires_at) return 'expired';
  return decision === 'granted' ? 'granted' : 'open';
}

const titles: Record<State, string> = {
  open: 'Do you allow this?',
  granted: 'You have allowed this',
  used: 'This was allowed and done',
  denied: 'You have refused this',
  expired: 'This is no longer asked',
};

const outcomes: Record<State, (approval: ShownApproval, now: Date) => Html> = {
  open: (approval, now) =>
    html`<strong>${clientName(approval)}</strong> asks to do the following for you, once. It has ${timeLeft(approval, now)} left.`,
  granted: (approval) =>
    html`Tell <strong>${clientName(approval)}</strong> to go on. It has until ${clock(approval.expires_at)}.`,
  used: (approval) =>
    html`<strong>${clientName(approval)}</strong> has used your approval. It cannot be used again.`,
  denied: (approval) => html`<strong>${clientName(approval)}</strong> cannot do this.`,
  expired: (approval) =>
    html`It was not used by ${clock(approval.expires_at)}. Nothing has happened. If you still want it, ask <strong>${clientName(approval)}</strong> to try again.`,
};

function clientName({ client_name, client_id }: ShownApproval): string {
  return client_name ?? client_id;
}

function summary({ operation, lines }: ShownApproval): Html {
  const rows = [{ label: 'Operation', text: operation.replaceAll('_', ' ') }, ...lines];
  return html`<dl>
${rows.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}
</dl>`;
}

function form({ approval_id }: ShownApproval, session: BrowserSession): Html {
  return html`<p class="note">Allow it only if you asked for this yourself, and every line is as you want it.</p>
<form method="post" action="/approvals/${approval_id}">
${csrfField(session)}
<div class="actions">
<button type="submit" name="decision" value="granted">Allow</button>
<button class="quiet" type="submit" name="decision" value="denied">Refuse</button>
</div>
</form>`;
}

function timeLeft({ expires_at }: ShownApproval, now: Date): string {
  const seconds = Math.max(1, Math.ceil((expires_at.getTime() - now.getTime()) / 1_000));
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  return minutes === 1 ? 'a little more than 1 minute' : `${minutes} minutes`;
}

function clock(time: Date): string {
  return `${time.toISOString().slice(11, 19)} UTC`;
}
