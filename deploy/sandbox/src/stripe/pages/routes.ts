import express, { type Express, type Response } from 'express';
import { z } from 'zod';
import { sendSignInPage } from '../../edge.js';
import type { Call } from '../endpoint.js';
import { completeAuthentication } from '../money/confirm.js';
import { completeSetUp } from '../money/set-up.js';
import { chooseMethod, completeSession, returnAddress, type Session } from '../money/set-up-page.js';
import { inMajor } from '../present/amount.js';
import { isOf, type Row } from '../store.js';
import type { World } from '../world.js';
import { onboardingPages } from './onboarding.js';
import { authenticationPage, donePage, refusalPage, setUpPage } from './pages.js';

const SEE_OTHER = 303;
const text = z.string().max(200);
const form = express.urlencoded({ extended: false, limit: '10kb' });
const answerForm = z.object({ secret: text, outcome: z.enum(['complete', 'fail']) });

/**
 * The pages on which a person does what Stripe and the banks leave to them. Without script; each step is a form,
 * whose answer may lead over the bank's page and back, and on to wherever the shop sends people.
 */
export function personPages(app: Express, call: Pick<Call, 'world' | 'public_url'>): void {
  authenticationPages(app, call.world);
  setUpPages(app, call);
  onboardingPages(app, call);
}

type Waiting = Row<'payment_intent'> | Row<'setup_intent'>;

function authenticationPages(app: Express, world: World): void {
  app.get('/authenticate/:id', (request, response) => {
    const secret = text.safeParse(request.query.secret).data ?? '';
    const row = waiting(world, request.params.id, secret);
    if (!row) return refuse(response);
    const what = isOf(row, 'payment_intent')
      ? `A payment of ${inMajor(row.object.amount, row.object.currency)}.`
      : 'A card is to be saved for later.';
    sendSignInPage(response, authenticationPage({ id: row.id, secret, what }));
  });

  app.post('/authenticate/:id', form, (request, response) => {
    const input = answerForm.safeParse(request.body).data;
    const row = input && waiting(world, request.params.id, input.secret);
    if (!row) return refuse(response);
    const proven = input.outcome === 'complete';
    if (isOf(row, 'payment_intent')) completeAuthentication(world, row, proven);
    else completeSetUp(world, row, proven);
    world.save();
    leaveAuthentication(response, row);
  });
}

/** The intent that waits for this person: whoever has not its secret was not sent here. */
function waiting(world: World, id: string, secret: string): Waiting | undefined {
  const row = world.store.get('payment_intent', id) ?? world.store.get('setup_intent', id);
  return row && row.object.client_secret === secret && row.object.status === 'requires_action'
    ? row
    : undefined;
}

function leaveAuthentication(
  response: Response,
  { id, kind, object, hidden: { return_url } }: Waiting,
): void {
  if (return_url === undefined) {
    response.type('html').send(donePage('Back to where you came from', 'It goes on there.'));
    return;
  }
  const target = new URL(return_url);
  target.searchParams.set(kind, id);
  target.searchParams.set(`${kind}_client_secret`, object.client_secret ?? '');
  target.searchParams.set('source_type', 'card');
  response.redirect(SEE_OTHER, target.href);
}

/** Checkout in its set-up mode: the person chooses one of the test methods, and types no number. */
function setUpPages(app: Express, { world, public_url }: Pick<Call, 'world' | 'public_url'>): void {
  const open = (id: string) => {
    const session = world.store.get('checkout.session', id);
    return session?.object.status === 'open' ? session : undefined;
  };

  app.get('/checkout/:id', (request, response) => {
    const session = open(request.params.id);
    if (session) sendSignInPage(response, setUpPage(session.object));
    else refuse(response);
  });

  app.post('/checkout/:id', form, (request, response) => {
    const session = open(request.params.id);
    const token = text.safeParse(request.body?.method).data;
    if (!session || token === undefined) return refuse(response);
    const { refusal, next_url } = chooseMethod(world, session, token, public_url);
    world.save();
    if (refusal !== undefined) {
      sendSignInPage(response.status(402), setUpPage(session.object, refusal));
    } else if (next_url !== undefined) response.redirect(SEE_OTHER, next_url);
    else leave(response, session, session.object.success_url, 'Your payment method is saved');
  });

  app.get('/checkout/:id/return', (request, response) => {
    const session = world.store.get('checkout.session', request.params.id);
    if (!session) return refuse(response);
    const complete = completeSession(world, session);
    world.save();
    if (complete) leave(response, session, session.object.success_url, 'Your payment method is saved');
    else if (open(session.id)) {
      sendSignInPage(response, setUpPage(session.object, 'Your bank could not tell that it is you.'));
    } else refuse(response);
  });

  app.post('/checkout/:id/cancel', form, (request, response) => {
    const session = open(request.params.id);
    if (!session) return refuse(response);
    // The session stays open: whoever comes back to its page can go on.
    leave(response, session, session.object.cancel_url, 'Nothing was saved');
  });
}

function leave(response: Response, session: Session, url: string | null, title: string): void {
  const destination = returnAddress(session, url);
  response.set('cache-control', 'no-store');
  if (destination === undefined) response.type('html').send(donePage(title, 'That was all.'));
  else response.redirect(SEE_OTHER, destination);
}

function refuse(response: Response): void {
  const message = 'It was used already, or is incomplete. Start again where you came from.';
  response.status(404).type('html').send(refusalPage(message));
}
