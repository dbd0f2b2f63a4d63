import { randomBytes } from 'node:crypto';
import { requestId } from '@florin/chassis';
import { fault } from '@florin/faults';
import express, { type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import { formText, localPath } from '../../browser/forms.js';
import { sendPage } from '../../browser/page.js';
import { judgeAssertion } from '../../domain/saml-assertion.js';
import { findSamlConnection, rememberAssertion, type SamlConnection } from '../../store/saml-connections.js';
import { type Arrival, arrival } from '../arrival.js';
import { SIGN_IN_LIFETIME_MS } from '../browser-binding.js';
import type { FederationDeps } from '../deps.js';
import { finish } from '../finish.js';
import { invalidAnswerPage, turnedBackPage } from '../pages.js';
import { reasonOf } from '../reason-of.js';
import { arrivalOf, providerKey } from './arrival-of.js';
import { readResponse, SamlRefusal, type UnverifiedResponse } from './read-response.js';
import { createServiceProvider } from './service-provider.js';

const SEE_OTHER = 303;
const FORBIDDEN = 403;

const begun = z.strictObject({ return_to: z.string() });
const answered = begun.extend({ arrival });

/** What a provider posts: a signed response with the groups of a person, in base64. */
const responseBody = express.urlencoded({ limit: '256kb', extended: false, parameterLimit: 10 });

/**
 * Sign-in over SAML 2.0 (Web Browser SSO Profile), begun here: the browser goes to the provider by redirect and comes
 * back by a POST from another site, without our cookies. That POST is checked and kept; then the browser gets `finish`,
 * where its cookie says whether it is the one that began.
 */
export function samlRoutes(app: Express, deps: FederationDeps): void {
  const { signIns, binding, now } = deps;

  app.get('/auth/saml/:connection/metadata', async (request, response) => {
    const { provider } = await connectionOf(deps, request);
    response.type('application/samlmetadata+xml').send(await provider.metadata());
  });

  app.get('/auth/saml/:connection/start', async (request, response) => {
    const { connection, provider } = await connectionOf(deps, request);
    const return_to = localPath(request.query.return_to) ?? '/account/security';
    // "_" first: an XML ID does not begin with a digit.
    const request_id = `_${randomBytes(32).toString('hex')}`;
    const at = now();
    await signIns.begin(
      {
        state: request_id,
        provider: providerKey(connection),
        browser_hash: binding.bind(response),
        payload: { return_to } satisfies z.infer<typeof begun>,
      },
      { now: at, expires_at: new Date(at.getTime() + SIGN_IN_LIFETIME_MS) },
    );
    response.redirect(SEE_OTHER, await provider.requestUrl(request_id));
  });

  app.post('/auth/saml/:connection/acs', responseBody, async (request, response) => {
    const { connection } = await connectionOf(deps, request);
    try {
      response.redirect(SEE_OTHER, await accept(deps, connection, request));
    } catch (cause) {
      refuse(deps, connection, { request, response }, cause);
    }
  });

  app.get('/auth/saml/:connection/finish', async (request, response) => {
    const { connection } = await connectionOf(deps, request);
    const browser_hash = binding.read(request);
    const state = request.query.request;
    const payload =
      typeof state === 'string' && browser_hash !== undefined
        ? await signIns.take({ state, provider: providerKey(connection), browser_hash }, now())
        : undefined;
    const signIn = answered.safeParse(payload);
    if (!signIn.success) {
      const cause = new SamlRefusal('this browser did not begin the sign-in, or it was not answered');
      return refuse(deps, connection, { request, response }, cause);
    }
    await finish(deps, { request, response }, signIn.data);
  });
}

async function connectionOf({ db, issuer }: FederationDeps, request: Request) {
  const { connection: name } = request.params;
  const connection = typeof name === 'string' ? await findSamlConnection(db, name) : undefined;
  if (connection === undefined) {
    throw fault('NOT_FOUND', 'There is no such organization. Choose one at the sign-in.');
  }
  return { connection, provider: createServiceProvider(connection, issuer) };
}

/**
 * Checks a response and keeps what it says.
 * @returns where the browser goes next
 * @throws SamlRefusal, or what the SAML library throws
 */
async function accept(deps: FederationDeps, connection: SamlConnection, request: Request): Promise<string> {
  const { signIns, now } = deps;
  const page = (name: string) => `/auth/saml/${connection.connection}/${name}`;
  const response = readResponse(formText(request, 'SAMLResponse'));
  const { in_response_to: state } = response;
  if (state === undefined) {
    // Nobody asked, so nothing of it is honoured, not even where that is welcome: the person is asked for anew.
    if (connection.allows_idp_initiated) return page('start');
    throw new SamlRefusal('nobody asked for it');
  }
  const name = { state, provider: providerKey(connection) };
  const signIn = begun.safeParse(await signIns.find(name, now()));
  if (!signIn.success) throw new SamlRefusal('it answers no request that is open');
  const verified = await verify(deps, connection, { response, request_id: state });
  const kept = { return_to: signIn.data.return_to, arrival: verified } satisfies z.infer<typeof answered>;
  if (!(await signIns.answer(name, kept, now()))) throw new SamlRefusal('the request was answered before');
  return `${page('finish')}?request=${encodeURIComponent(state)}`;
}

async function verify(
  { db, issuer, now }: FederationDeps,
  connection: SamlConnection,
  { response, request_id }: { response: UnverifiedResponse; request_id: string },
): Promise<Arrival> {
  const { entity_id: audience, acs_url, ...provider } = createServiceProvider(connection, issuer);
  // "If the message is signed, the Destination XML attribute … MUST contain the URL to which the sender has instructed the
  // user agent to deliver the message. The recipient MUST then verify" it (SAML 2.0 Bindings, section 3.5.5.2).
  if (response.destination !== undefined && response.destination !== acs_url) {
    throw new SamlRefusal('its destination is another address');
  }
  if (!response.succeeded) throw new NotSignedIn('the person was not signed in');
  const assertion = await provider.verify(response.xml, request_id);
  const { idp_entity_id } = connection;
  const verdict = judgeAssertion(assertion, { idp_entity_id, audience, acs_url, request_id }, now());
  if (!verdict.accepted) throw new SamlRefusal(verdict.reason);
  const arrived = arrivalOf(connection, assertion);
  const { expires_at } = verdict;
  const used = { provider: arrived.provider, assertion_id: assertion.id, expires_at };
  if (!(await rememberAssertion(db, used, now()))) throw new SamlRefusal('its assertion was here before');
  return arrived;
}

/** The provider says that there is nobody to sign in: no attack, and nothing for the log. */
class NotSignedIn extends SamlRefusal {}

function refuse(
  { logger }: FederationDeps,
  connection: SamlConnection,
  { request, response }: { request: Request; response: Response },
  cause: unknown,
): void {
  if (cause instanceof NotSignedIn) {
    sendPage(response, turnedBackPage(connection.organization), FORBIDDEN);
    return;
  }
  const request_id = requestId(request);
  const reason = reasonOf(cause);
  logger.warn({ reason, connection: connection.connection, request_id }, 'a SAML response was refused');
  sendPage(response, invalidAnswerPage(connection.organization, request_id), FORBIDDEN);
}
