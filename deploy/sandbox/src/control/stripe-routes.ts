import type { Express } from 'express';
import { z } from 'zod';
import { BANK_FAILURE_CODES } from '../stripe/test-methods.js';
import type { StripeControl } from './stripe-control.js';

const reason = z.string().min(1).max(100);
const failDebit = z.strictObject({ code: z.enum(BANK_FAILURE_CODES).optional() });
const returnDebit = z.strictObject({ reason: reason.optional() });
const dispute = z.strictObject({
  reason: reason.exactOptional(),
  amount: z.number().int().min(1).exactOptional(),
});
const closeDispute = z.strictObject({ outcome: z.enum(['won', 'lost']) });
const decideAccount = z.strictObject({ outcome: z.enum(['enabled', 'due', 'rejected']) });
const advance = z.strictObject({
  advance_ms: z
    .number()
    .int()
    .min(1)
    .max(400 * 86_400_000),
});
const event_ids = z.array(z.string().max(100)).max(1_000);
const release = z.strictObject({ event_ids: event_ids.optional() });
const resend = z.strictObject({ event_ids });

/** What banks, cardholders and time do, over HTTP. A body is optional where all of its fields are. */
export function stripeRoutes(app: Express, stripe: StripeControl): void {
  const done = { done: true };
  app.post('/stripe/payment_intents/:id/settle', (request, response) => {
    stripe.settleDebit(request.params.id);
    response.json(done);
  });
  app.post('/stripe/payment_intents/:id/fail', (request, response) => {
    stripe.failDebit(request.params.id, failDebit.parse(request.body ?? {}).code);
    response.json(done);
  });
  app.post('/stripe/payment_intents/:id/return', (request, response) => {
    const { reason } = returnDebit.parse(request.body ?? {});
    response.status(201).json({ dispute: stripe.returnDebit(request.params.id, reason) });
  });
  app.post('/stripe/payment_intents/:id/dispute', (request, response) => {
    response
      .status(201)
      .json({ dispute: stripe.dispute(request.params.id, dispute.parse(request.body ?? {})) });
  });
  app.post('/stripe/disputes/:id/close', (request, response) => {
    stripe.closeDispute(request.params.id, closeDispute.parse(request.body).outcome);
    response.json(done);
  });
  app.post('/stripe/refunds/:id/settle', (request, response) => {
    stripe.settleRefund(request.params.id);
    response.json(done);
  });
  app.post('/stripe/refunds/:id/fail', (request, response) => {
    stripe.failRefund(request.params.id, returnDebit.parse(request.body ?? {}).reason);
    response.json(done);
  });
  app.post('/stripe/payouts/:id/pay', (request, response) => {
    stripe.payPayout(request.params.id);
    response.json(done);
  });
  app.post('/stripe/payouts/:id/fail', (request, response) => {
    stripe.failPayout(request.params.id, failDebit.parse(request.body ?? {}).code);
    response.json(done);
  });
  app.post('/stripe/accounts/:id/decide', (request, response) => {
    stripe.decideAccount(request.params.id, decideAccount.parse(request.body).outcome);
    response.json(done);
  });
  app.post('/stripe/clock', (request, response) => {
    stripe.advance(advance.parse(request.body).advance_ms);
    response.json(done);
  });
  app.get('/stripe/charges', (_request, response) => {
    response.json({ charges: stripe.charges() });
  });
  app.get('/stripe/requests', (_request, response) => {
    response.json({ requests: stripe.requests() });
  });
  app.get('/stripe/events', (_request, response) => {
    response.json({ events: stripe.events() });
  });
  webhookRoutes(app, stripe);
}

function webhookRoutes(app: Express, stripe: StripeControl): void {
  app.get('/stripe/webhooks', (_request, response) => {
    response.json({ webhooks: stripe.deliveries(), held: stripe.heldWebhooks() });
  });
  app.post('/stripe/webhooks/hold', (_request, response) => {
    stripe.holdWebhooks();
    response.json({ done: true });
  });
  app.post('/stripe/webhooks/release', async (request, response) => {
    const { event_ids } = release.parse(request.body ?? {});
    response.json({ webhooks: await stripe.releaseWebhooks(event_ids) });
  });
  app.post('/stripe/webhooks/discard', (_request, response) => {
    response.json({ discarded: stripe.discardWebhooks() });
  });
  app.post('/stripe/webhooks/resend', async (request, response) => {
    response.json({ webhooks: await stripe.resend(resend.parse(request.body).event_ids) });
  });
}
