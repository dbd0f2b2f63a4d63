import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import { createEdge, type EdgeMetrics } from '../edge.js';
import { type FaultSwitches, faultSchema } from '../faults.js';
import { SamlRefusal } from '../idp/saml/authn-request.js';
import { PlaidError } from '../plaid/errors.js';
import { StripeRefusal } from '../stripe/errors.js';
import type { IdpControl } from './idp-control.js';
import { newTransaction, type PlaidControl, transactionChanges, webhookRequest } from './plaid-control.js';
import type { Status } from './status.js';
import { statusPage } from './status-page.js';
import type { StripeControl } from './stripe-control.js';
import { stripeRoutes } from './stripe-routes.js';

export interface ControlServerOptions {
  faults: FaultSwitches;
  plaid: PlaidControl;
  stripe: StripeControl;
  idp: IdpControl;
  status: () => Status;
  metrics: EdgeMetrics;
  log: Logger;
}

/** The control server: what runs, which faults are on, and the switches for both. */
export function createControlServer(options: ControlServerOptions): Express {
  const { faults, plaid, stripe, idp, status, metrics, log } = options;
  const app = createEdge(metrics);
  // JSON only: a page elsewhere in the browser cannot send that here without asking first, and is not answered.
  app.use(express.json({ limit: '100kb', type: 'application/json' }));
  app.get('/', (_request, response) => {
    response.type('html').send(statusPage(status()));
  });
  app.get('/status', (_request, response) => {
    response.json(status());
  });
  app.post('/faults', (request, response) => {
    const fault = faults.set(faultSchema.parse(request.body));
    log.info({ fault }, 'fault on');
    response.status(201).json({ fault });
  });
  app.delete('/faults', (_request, response) => {
    response.json({ cleared: faults.clear() });
  });
  app.delete('/faults/:id', (request, response) => {
    const cleared = faults.clear(request.params.id);
    response.status(cleared === 0 ? 404 : 200).json({ cleared });
  });
  plaidRoutes(app, plaid);
  stripeRoutes(app, stripe);
  app.get('/idp/people', (_request, response) => {
    response.json({ people: idp.people() });
  });
  app.get('/idp/saml/certificates', async (_request, response) => {
    response.json(await idp.saml.certificates());
  });
  app.get('/idp/saml/responses', (_request, response) => {
    response.json({ responses: idp.saml.issued() });
  });
  app.post('/idp/saml/responses', async (request, response) => {
    response.status(201).json(await idp.saml.respond(request.body));
  });
  app.use((request, response) => {
    response.status(404).json({ error: `There is nothing at ${request.method} ${request.path}.` });
  });
  app.use(failures(log));
  return app;
}

function plaidRoutes(app: Express, plaid: PlaidControl): void {
  app.get('/plaid/items', (_request, response) => {
    response.json({ items: plaid.items() });
  });
  app.post('/plaid/items/:item_id/require-login', (request, response) => {
    plaid.requireLogin(request.params.item_id);
    response.json({ done: true });
  });
  app.post('/plaid/items/:item_id/repair-login', (request, response) => {
    plaid.repairLogin(request.params.item_id);
    response.json({ done: true });
  });
  app.post('/plaid/items/:item_id/webhooks', (request, response) => {
    plaid.fireWebhook(request.params.item_id, webhookRequest.parse(request.body).webhook_code);
    response.status(202).json({ done: true });
  });
  app.get('/plaid/items/:item_id/transactions', (request, response) => {
    response.json({ transactions: plaid.transactions(request.params.item_id) });
  });
  app.post('/plaid/items/:item_id/transactions', (request, response) => {
    const transaction_id = plaid.addTransaction(request.params.item_id, newTransaction.parse(request.body));
    response.status(201).json({ transaction_id });
  });
  app.patch('/plaid/items/:item_id/transactions/:transaction_id', (request, response) => {
    const { item_id, transaction_id } = request.params;
    plaid.modifyTransaction(item_id, transaction_id, transactionChanges.parse(request.body));
    response.json({ transaction_id });
  });
  app.delete('/plaid/items/:item_id/transactions/:transaction_id', (request, response) => {
    plaid.removeTransaction(request.params.item_id, request.params.transaction_id);
    response.json({ done: true });
  });
  app.post('/plaid/items/:item_id/transactions/:transaction_id/post', (request, response) => {
    const { item_id, transaction_id } = request.params;
    response.json({ transaction_id: plaid.postTransaction(item_id, transaction_id) });
  });
}

function failures(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof ZodError) {
      const problems = error.issues.map(({ path, message }) => ({
        field: path.join('.') || 'body',
        message,
      }));
      response.status(400).json({ error: 'The body is not usable.', problems });
    } else if (error instanceof PlaidError) {
      response.status(error.code === 'ITEM_NOT_FOUND' ? 404 : 400).json({ error: error.message });
    } else if (error instanceof StripeRefusal) {
      response.status(error.status).json({ error: error.message });
    } else if (error instanceof SamlRefusal) {
      response.status(400).json({ error: error.message });
    } else if (error instanceof Error && 'status' in error && error.status === 400) {
      response.status(400).json({ error: 'The body cannot be read: send valid JSON.' });
    } else {
      log.error({ err: error }, 'control failed');
      response.status(500).json({ error: 'The sandbox failed; its log says why.' });
    }
  };
}
