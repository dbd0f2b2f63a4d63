import type { Express, Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import { createEdge, type EdgeMetrics, pagePolicy } from '../edge.js';
import type { Mailbox } from './mailbox.js';
import { framedHtml, listPage, mailPage, unknownPage } from './pages.js';

export const MAIL_ENDPOINTS = ['/', '/mails', '/messages'] as const;

const query = z.object({ to: z.string().max(320).optional(), subject: z.string().max(500).optional() });

/** Shows the mail that was caught: pages for people, JSON for tests. */
export function createMailServer(mailbox: Mailbox, metrics: EdgeMetrics): Express {
  const app = createEdge(metrics);
  app.use((request, response, next) => {
    const path = MAIL_ENDPOINTS.find((each) => each === `/${request.path.split('/')[1]}`) ?? 'other';
    response.once('close', () => metrics.requests.inc({ path, status: response.statusCode }));
    next();
  });
  app.get('/', (_request, response) => {
    response.type('html').send(listPage(mailbox.list()));
  });
  app.get('/messages/:mail_id', (request, response) => {
    const mail = mailbox.byId(request.params.mail_id);
    if (!mail) return response.status(404).type('html').send(unknownPage());
    withPolicy(response, { ...pagePolicy().directives, frameSrc: ["'self'"] }, mailPage(mail));
  });
  app.get('/messages/:mail_id/html', (request, response) => {
    const { html = null } = mailbox.byId(request.params.mail_id) ?? {};
    if (html === null) return response.status(404).type('html').send(unknownPage());
    response.set('x-frame-options', 'SAMEORIGIN');
    withPolicy(response, FRAMED, framedHtml(html));
  });
  app.get('/mails', (request, response) => {
    const { data } = query.safeParse(request.query);
    if (!data)
      return response.status(400).json({ error: 'Say `to` and `subject` once each, or not at all.' });
    const { to, subject } = data;
    const wanted = { ...(to === undefined ? {} : { to }), ...(subject === undefined ? {} : { subject }) };
    response.json({ mails: mailbox.list(wanted) });
  });
  app.delete('/mails', (_request, response) => {
    response.json({ cleared: mailbox.clear() });
  });
  app.use((_request, response) => {
    response.status(404).type('html').send(unknownPage());
  });
  return app;
}

/** Mail brings its own styles, and pictures inside itself; it runs no script, and asks nobody for anything. */
const FRAMED = {
  defaultSrc: ["'none'"],
  styleSrc: ["'unsafe-inline'"],
  imgSrc: ['data:'],
  frameAncestors: ["'self'"],
  sandbox: ['allow-popups', 'allow-popups-to-escape-sandbox'],
};

function withPolicy(response: Response, directives: Record<string, string[]>, content: string): void {
  helmet.contentSecurityPolicy({ useDefaults: false, directives })(response.req, response, () => {
    response.set('cache-control', 'no-store').type('html').send(content);
  });
}
