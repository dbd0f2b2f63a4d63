import type { FaultSwitches, SandboxFault } from '../faults.js';
import type { Misbehaviour } from '../idp/oidc/misbehaviours.js';
import { PEOPLE, type Person } from '../idp/people.js';
import type { IssuedResponse, SamlIdentityProvider } from '../idp/saml/identity-provider.js';
import type { RespondInput, ResponseOptions } from '../idp/saml/response-options.js';

/** What a company's identity providers could do, rightly or wrongly. */
export class IdpControl {
  readonly oidc: OidcControl;
  readonly saml: SamlControl;

  constructor(faults: FaultSwitches, saml: SamlIdentityProvider) {
    this.oidc = new OidcControl(faults);
    this.saml = new SamlControl(faults, saml);
  }

  /** Who can sign in. */
  people(): readonly Person[] {
    return PEOPLE;
  }
}

class OidcControl {
  readonly #faults: FaultSwitches;

  constructor(faults: FaultSwitches) {
    this.#faults = faults;
  }

  /** The next `times` sign-ins (every one, where absent) go wrong in this way; a fault like any other, to be cleared. */
  misbehave(wanted: { how: Misbehaviour; times?: number }): SandboxFault {
    return this.#faults.set({ kind: 'oidc', ...wanted });
  }
}

class SamlControl {
  readonly #faults: FaultSwitches;
  readonly #idp: SamlIdentityProvider;

  constructor(faults: FaultSwitches, idp: SamlIdentityProvider) {
    this.#faults = faults;
    this.#idp = idp;
  }

  /** Issuer of every assertion. */
  get entity_id(): string {
    return this.#idp.entity_id;
  }

  /** Where requests are sent to, by HTTP-Redirect. */
  get sso_url(): string {
    return this.#idp.sso_url;
  }

  /** PEM. `next` follows `current` at a rollover. */
  certificates(): Promise<{ current: string; next: string }> {
    return this.#idp.certificates();
  }

  /**
   * The response to a sign-in as the options want it, without a browser: an honest one where they say nothing.
   * Rejects with a SamlRefusal where the request cannot be answered, with a ZodError for options that make no sense.
   */
  respond(input: RespondInput): Promise<IssuedResponse> {
    return this.#idp.respond(input);
  }

  /** The latest responses, oldest first; to post one again is a replay. */
  issued(): readonly IssuedResponse[] {
    return this.#idp.issued();
  }

  /** The next `times` sign-ins in a browser end in such a response. */
  misbehave(wanted: { response: ResponseOptions; times?: number }): SandboxFault {
    return this.#faults.set({ kind: 'saml', ...wanted });
  }
}
