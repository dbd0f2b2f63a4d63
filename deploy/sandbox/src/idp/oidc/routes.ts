import express, { type Express, type Request } from 'express';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import { sendSignInPage } from '../../edge.js';
import { signInPage } from '../pages.js';
import { personById } from '../people.js';

const form = z.object({ person: z.string().max(50).optional(), cancel: z.literal('true').optional() });

/** The OpenID provider below /oidc, and the page on which a person says who they are. */
export function oidcRoutes(app: Express, provider: () => Promise<Provider>): void {
  const body = express.urlencoded({ extended: false, limit: '10kb' });

  app.get('/oidc/interaction/:uid', async (request, response) => {
    const { params } = await (await provider()).interactionDetails(request, response);
    sendSignInPage(response, signIn(request, params));
  });

  app.post('/oidc/interaction/:uid', body, async (request, response) => {
    const oidc = await provider();
    const { params } = await oidc.interactionDetails(request, response);
    const { person: id, cancel } = form.parse(request.body);
    if (cancel) {
      const refusal = { error: 'access_denied', error_description: 'the person turned back' };
      return oidc.interactionFinished(request, response, refusal);
    }
    const person = id === undefined ? undefined : personById(id);
    if (!person) {
      return sendSignInPage(response.status(422), signIn(request, params, 'Choose one of the people below.'));
    }
    const result = { login: { accountId: person.id, amr: ['pwd'] } };
    await oidc.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });

  let serve: ReturnType<Provider['callback']> | undefined;
  app.use('/oidc', async (request, response) => {
    serve ??= (await provider()).callback();
    await serve(request, response);
  });
}

function signIn(request: Request, params: Record<string, unknown>, error?: string): string {
  return signInPage({
    provider: 'OpenID Connect',
    client: String(params.client_id),
    action: request.path,
    hidden: {},
    hint: typeof params.login_hint === 'string' ? params.login_hint : undefined,
    ...(error === undefined ? {} : { error }),
  });
}
