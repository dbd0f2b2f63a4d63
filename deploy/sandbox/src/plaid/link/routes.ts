import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import { pagePolicy } from '../../edge.js';
import { INSTITUTIONS } from '../bank/institutions.js';
import { PlaidError } from '../errors.js';
import type { LinkToken } from '../state.js';
import type { World } from '../world.js';
import {
  choicesOf,
  destinationOf,
  finish,
  institutionFor,
  institutionsFor,
  LinkRefusal,
  openLinkToken,
  signedIn,
  signIn,
  turnBack,
} from './flow.js';
import {
  accountsPage,
  exitedPage,
  finishedPage,
  institutionsPage,
  refusalPage,
  signInPage,
} from './pages.js';

const text = z.string().max(200);
const startQuery = z.object({ token: text, institution_id: text.optional() });
const signInForm = z.object({ token: text, institution_id: text, username: text, password: text });
const accountsForm = z.object({
  session: text,
  account: z.union([text.transform((one) => [one]), z.array(text).max(10)]).default([]),
});

const SEE_OTHER = 303;

/**
 * What stands in for Plaid Link's screens: choose a bank, sign in, choose accounts, return. Pages without script; each
 * step is a form. `GET /link?token=…` begins.
 */
export function linkRoutes(app: Express, world: World): void {
  const form = express.urlencoded({ extended: false, limit: '10kb' });

  app.get('/link', (request, response) => {
    const { token, institution_id } = startQuery.parse(request.query);
    const link = openLinkToken(world, token);
    const content =
      institution_id === undefined
        ? institutionsPage(link, institutionsFor(world, link, INSTITUTIONS))
        : signInPage(link, institutionFor(world, link, institution_id));
    show(response, content, link);
  });

  app.post('/link/sign-in', form, (request, response) => {
    const { token, institution_id, username, password } = signInForm.parse(request.body);
    const link = openLinkToken(world, token);
    const institution = institutionFor(world, link, institution_id);
    if (!signIn(world, link, institution, username, password)) {
      const error = 'The user name or the password is wrong. Use the ones shown below.';
      return show(response.status(401), signInPage(link, institution, error), link);
    }
    world.save();
    response.redirect(SEE_OTHER, `/link/accounts?session=${link.session?.link_session_id}`);
  });

  app.get('/link/accounts', (request, response) => {
    const { session: id } = z.object({ session: text }).parse(request.query);
    const { token, session } = signedIn(world, id);
    show(response, accountsPage(token, id, choicesOf(world, session)), token);
  });

  app.post('/link/accounts', form, (request, response) => {
    const { session: id, account } = accountsForm.parse(request.body);
    const { token, session } = signedIn(world, id);
    const choices = choicesOf(world, session);
    const slots = choices.map((choice) => choice.slot).filter((slot) => account.includes(slot));
    if (slots.length === 0) {
      const error = 'Choose at least one account.';
      return show(response.status(422), accountsPage(token, id, choices, error), token);
    }
    finish(world, token, session, slots);
    world.save();
    leave(response, token, finishedPage(token));
  });

  app.post('/link/exit', form, (request, response) => {
    const link = openLinkToken(world, z.object({ token: text }).parse(request.body).token);
    turnBack(world, link);
    world.save();
    leave(response, link, exitedPage());
  });

  app.use(['/link/sign-in', '/link/accounts', '/link/exit', '/link'], refusals);
}

/** A form's redirect is a navigation that `form-action` must allow, so the client's origin is named in the policy. */
function show(response: Response, content: string, token: LinkToken): void {
  const destination = destinationOf(token);
  const targets = destination === undefined ? [] : [formTarget(destination)];
  const policy = helmet.contentSecurityPolicy(pagePolicy(...targets));
  policy(response.req, response, () => {
    // The page and its address carry a link token.
    response.set('cache-control', 'no-store').type('html').send(content);
  });
}

function formTarget(destination: string): string {
  const { protocol, origin } = new URL(destination);
  // An app's own scheme (myapp://done) has no origin.
  return origin === 'null' ? protocol : origin;
}

function leave(response: Response, token: LinkToken, content: string): void {
  const destination = destinationOf(token);
  response.set('cache-control', 'no-store');
  if (destination === undefined) response.type('html').send(content);
  else response.redirect(SEE_OTHER, destination);
}

const refusals: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof LinkRefusal) {
    response.status(error.status).type('html').send(refusalPage(error.message));
  } else if (error instanceof z.ZodError || error instanceof PlaidError) {
    response
      .status(400)
      .type('html')
      .send(refusalPage('A part of the address or form is missing. Open the link again.'));
  } else {
    next(error);
  }
};
