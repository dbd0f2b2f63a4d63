import express, { type Express, type Response } from 'express';
import { sendSignInPage } from '../../edge.js';
import { html, page } from '../../page.js';
import type { Call } from '../endpoint.js';
import { moveOnboarding } from '../money/onboarding.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { refusalPage, STAND_IN } from './pages.js';

const SEE_OTHER = 303;
const form = express.urlencoded({ extended: false, limit: '10kb' });

type Link = NonNullable<Row['hidden']['link']>;

/** Connect Onboarding: where a person tells Stripe who they are, so that it pays them. */
export function onboardingPages(app: Express, { world }: Pick<Call, 'world'>): void {
  const linked = (id: string, secret: string): { row: Row<'account'>; link: Link } | undefined => {
    const row = world.store.get('account', id);
    const link = row?.hidden.link;
    return row && !row.hidden.deleted && link?.secret === secret ? { row, link } : undefined;
  };

  app.get('/setup/c/:account/:secret', (request, response) => {
    const { account, secret } = request.params;
    const found = linked(account, secret);
    if (!found) return refuse(response);
    const { row, link } = found;
    // "The URL the user will be redirected to if the account link is expired, has been previously-visited, or is
    // otherwise invalid."
    if (link.visited || isOver(world, link)) return leave(response, link.refresh_url);
    world.store.change(row, {}, { link: { ...link, visited: true } });
    world.save();
    sendSignInPage(response, onboardingPage(row.id, secret));
  });

  app.post('/setup/c/:account/:secret', form, (request, response) => {
    const { account = '', secret = '' } = request.params as { account?: string; secret?: string };
    const found = linked(account, secret);
    if (!found?.link.visited) return refuse(response);
    const { outcome } = request.body as { outcome?: unknown };
    world.store.change(found.row, {}, { link: undefined });
    if (found.row.hidden.onboarding === 'due') {
      if (outcome === 'enabled') moveOnboarding(world, found.row, 'enabled');
      if (outcome === 'checking') moveOnboarding(world, found.row, 'checking');
    }
    world.save();
    leave(response, found.link.return_url);
  });
}

function isOver(world: World, { expires_at }: Link): boolean {
  return world.now() >= expires_at;
}

function leave(response: Response, url: string): void {
  response.set('cache-control', 'no-store').redirect(SEE_OTHER, url);
}

function refuse(response: Response): void {
  response
    .status(404)
    .type('html')
    .send(refusalPage('It was replaced by a newer one, or is incomplete. Start again where you came from.'));
}

function onboardingPage(account: string, secret: string): string {
  return page(
    'Tell Stripe who you are',
    html`<h1>Tell Stripe who you are</h1>
<p>Before money is paid out to you, Stripe has to know who you are.</p>
${STAND_IN}
<form method="post" action="/setup/c/${account}/${secret}">
<p><button type="submit" name="outcome" value="enabled">Give the details of a test person</button>
<button type="submit" name="outcome" value="checking">Give details that Stripe checks first</button>
<button type="submit" name="outcome" value="none">Not now</button></p>
</form>`,
  );
}
