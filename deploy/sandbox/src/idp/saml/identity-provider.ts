import type { IdpKeys } from '../keys.js';
import { PEOPLE, type Person, personById } from '../people.js';
import { type AuthnRequest, readAuthnRequest, SamlRefusal } from './authn-request.js';
import { type RespondInput, type ResponseOptions, respondInput } from './response-options.js';
import { signedResponse } from './signed-response.js';

/** A response as the browser brings it to the service provider. */
export interface IssuedResponse {
  /** Base64: the form field `SAMLResponse`. */
  saml_response: string;
  /** The form field `RelayState`, where the request had one. */
  relay_state: string | undefined;
  /** Where the form is posted to. */
  acs_url: string;
  person: string;
  /** The ID of the request answered. */
  in_response_to: string | undefined;
  assertion_id: string;
  issued_at: string;
}

const MAX_REMEMBERED = 50;

export interface SamlOptions {
  /** `http://127.0.0.1:8094/saml` */
  base_url: string;
  acs_urls: readonly string[];
  keys: IdpKeys;
  now: () => Date;
}

/** A SAML 2.0 identity provider for web browser SSO. */
export class SamlIdentityProvider {
  readonly entity_id: string;
  readonly sso_url: string;
  readonly #issued: IssuedResponse[] = [];

  constructor(readonly options: SamlOptions) {
    this.entity_id = `${options.base_url}/metadata`;
    this.sso_url = `${options.base_url}/sso`;
  }

  /** Throws a SamlRefusal. */
  read(saml_request: string): AuthnRequest {
    return readAuthnRequest(saml_request, { sso_url: this.sso_url, acs_urls: this.options.acs_urls });
  }

  /** The latest responses, oldest first: to send one again is a replay. */
  issued(): readonly IssuedResponse[] {
    return this.#issued;
  }

  /**
   * The response to a sign-in as the options want it, without a browser.
   * Throws a SamlRefusal for a request that cannot be answered, a ZodError for options that make no sense.
   */
  async respond(input: RespondInput): Promise<IssuedResponse> {
    const { request: url, person, acs_url, ...options } = respondInput.parse(input);
    const query = url === undefined ? undefined : new URL(url).searchParams;
    const request = query ? this.read(query.get('SAMLRequest') ?? '') : null;
    return this.issue({
      person: personOf(person),
      request,
      relay_state: query?.get('RelayState') ?? undefined,
      acs_url: acs_url ?? request?.acs_url ?? '',
      options,
    });
  }

  async issue(answer: {
    person: Person;
    /** Null for a response that nobody asked for. */
    request: AuthnRequest | null;
    relay_state: string | undefined;
    acs_url: string;
    options: ResponseOptions;
  }): Promise<IssuedResponse> {
    const { person, request, relay_state, acs_url, options } = answer;
    const { saml } = await this.options.keys.state();
    const at = this.options.now();
    const audience = request?.issuer ?? null;
    const statement = { issuer: this.entity_id, person, request, acs_url, audience, at, options };
    const { xml, assertion_id } = await signedResponse(statement, saml);
    const issued: IssuedResponse = {
      saml_response: Buffer.from(xml).toString('base64'),
      relay_state,
      acs_url,
      person: person.id,
      in_response_to: request?.id,
      assertion_id,
      issued_at: at.toISOString(),
    };
    this.#issued.push(issued);
    if (this.#issued.length > MAX_REMEMBERED) this.#issued.shift();
    return issued;
  }

  /** PEM. `next` follows `current` at a rollover. */
  async certificates(): Promise<{ current: string; next: string }> {
    const { saml } = await this.options.keys.state();
    return { current: saml.current.certificate, next: saml.next.certificate };
  }
}

function personOf(id: string): Person {
  const person = personById(id);
  if (!person) throw new SamlRefusal(`Nobody is called ${id}: ${PEOPLE.map((each) => each.id).join(', ')}.`);
  return person;
}
