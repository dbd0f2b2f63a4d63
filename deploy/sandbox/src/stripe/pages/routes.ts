import express, { type Express, type Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import { pagePolicy } from '../../edge.js';
import type { Call } from '../endpoint.js';
import { completeAuthentication } from '../money/confirm.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { authenticationPage, donePage, refusalPage } from './pages.js';

const SEE_OTHER = 303;
const text = z.string().max(200);

/** The pages on which a person does what Stripe and the banks leave to them. Without script; each step is a form. */
export function personPages(app: Express, { world }: Pick<Call, 'world'>): void {
  const form = express.urlencoded({ extended: false, limit: '10kb' });

  app.get('/authenticate/:id', (request, response) => {
    const secret = text.safeParse(request.query.secret).data ?? '';
    const row = waiting(world, request.params.id, secret);
    if (!row) return refuse(response);
    const { amount, currency } = row.object;
    const what = `A payment of ${amount} ${currency.toUpperCase()} (in the smallest unit).`;
    show(response, authenticationPage({ id: row.id, secret, what }), row.hidden.return_url);
  });

  app.post('/authenticate/:id', form, (request, response) => {
    const input = z.object({ secret: text, outcome: z.enum(['complete', 'fail']) }).safeParse(request.body);
    const row = input.data && waiting(world, request.params.id, input.data.secret);
    if (!row) return refuse(response);
    completeAuthentication(world, row, input.data.outcome === 'complete');
    world.save();
    const { return_url } = row.hidden;
    if (return_url === undefined) {
      response.type('html').send(donePage('Back to the shop', 'The payment goes on there.'));
      return;
    }
    const target = new URL(return_url);
    target.searchParams.set('payment_intent', row.id);
    target.searchParams.set('payment_intent_client_secret', row.object.client_secret ?? '');
    target.searchParams.set('source_type', 'card');
    response.redirect(SEE_OTHER, target.href);
  });
}

/** The intent that waits for this person: whoever has not its secret was not sent here. */
function waiting(world: World, id: string, secret: string): Row<'payment_intent'> | undefined {
  const row = world.store.get('payment_intent', id);
  return row && row.object.client_secret === secret && row.object.status === 'requires_action'
    ? row
    : undefined;
}

/** A form's redirect is a navigation that `form-action` must allow, so its origin is named in the policy. */
function show(response: Response, content: string, destination: string | undefined): void {
  const targets = destination === undefined ? [] : [new URL(destination).origin];
  const policy = helmet.contentSecurityPolicy(pagePolicy(...targets));
  policy(response.req, response, () => {
    response.set('cache-control', 'no-store').type('html').send(content);
  });
}

function refuse(response: Response): void {
  response
    .status(404)
    .type('html')
    .send(refusalPage('It was used already, or is incomplete. Start again where you came from.'));
}
