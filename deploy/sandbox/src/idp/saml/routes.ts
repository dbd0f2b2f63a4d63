import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import { z } from 'zod';
import { sendSignInPage } from '../../edge.js';
import type { Faults } from '../../faults.js';
import { continuePage, refusalPage, signInPage } from '../pages.js';
import { PEOPLE, personById } from '../people.js';
import { SamlRefusal } from './authn-request.js';
import type { SamlIdentityProvider } from './identity-provider.js';
import { idpMetadata } from './metadata.js';

const binding = z.object({
  SAMLRequest: z.string().min(1).max(20_000),
  RelayState: z.string().max(2_000).optional(),
});
const form = binding.extend({
  person: z.string().max(50).optional(),
  cancel: z.literal('true').optional(),
});

/** The SAML identity provider below /saml: metadata, the sign-in, and the page that carries the response on. */
export function samlRoutes(app: Express, idp: SamlIdentityProvider, faults: Faults): void {
  app.get('/saml/metadata', async (request, response) => {
    const { current, next } = await idp.certificates();
    const certificates = request.query.rollover === 'true' ? [current, next] : [current];
    const metadata = idpMetadata(idp.entity_id, idp.sso_url, certificates);
    response.type('application/samlmetadata+xml').send(metadata);
  });

  app.get('/saml/sso', (request, response) => {
    ask(response, idp, binding.parse(request.query));
  });

  app.post(
    '/saml/sign-in',
    express.urlencoded({ extended: false, limit: '50kb' }),
    async (request, response) => {
      const { person: id, cancel, ...sent } = form.parse(request.body);
      const asked = idp.read(sent.SAMLRequest);
      const person = cancel ? PEOPLE[0] : id === undefined ? undefined : personById(id);
      if (!person) return ask(response.status(422), idp, sent, 'Choose one of the people below.');
      const options = cancel ? { status: 'denied' as const } : (faults.take('saml')?.response ?? {});
      const { saml_response, acs_url } = await idp.issue({
        person,
        request: asked,
        relay_state: sent.RelayState,
        acs_url: asked.acs_url,
        options,
      });
      const relay = sent.RelayState === undefined ? {} : { RelayState: sent.RelayState };
      sendSignInPage(response, continuePage(acs_url, { SAMLResponse: saml_response, ...relay }));
    },
  );

  app.use('/saml', refusals);
}

function ask(response: Response, idp: SamlIdentityProvider, sent: z.infer<typeof binding>, error?: string) {
  const page = signInPage({
    provider: 'SAML',
    client: idp.read(sent.SAMLRequest).issuer,
    action: '/saml/sign-in',
    hidden: {
      SAMLRequest: sent.SAMLRequest,
      ...(sent.RelayState === undefined ? {} : { RelayState: sent.RelayState }),
    },
    ...(error === undefined ? {} : { error }),
  });
  sendSignInPage(response, page);
}

const refusals: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof SamlRefusal) {
    response.status(400).type('html').send(refusalPage(error.message));
  } else if (error instanceof z.ZodError) {
    response
      .status(400)
      .type('html')
      .send(refusalPage('A part of the address or form is missing. Begin again where you came from.'));
  } else {
    next(error);
  }
};
