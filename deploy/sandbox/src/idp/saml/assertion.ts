import { randomUUID } from 'node:crypto';
import { type Html, html as xml } from '../../page.js';
import { fullName, type Person } from '../people.js';
import { ASSERTION, type AuthnRequest, PROTOCOL } from './authn-request.js';
import type { ResponseOptions } from './response-options.js';

export const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
export const PERSISTENT_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status';
const LIFE_MS = 5 * 60_000;
/** How much an honest provider allows for clocks that differ. */
const EARLY_MS = 60_000;

export interface Statement {
  /** The entity id of the provider. */
  issuer: string;
  person: Person;
  /** What is answered; null for a response that nobody asked for. */
  request: AuthnRequest | null;
  acs_url: string;
  /** The entity id of who asked. */
  audience: string | null;
  at: Date;
  options: ResponseOptions;
}

export interface Unsigned {
  xml: string;
  response_id: string;
  assertion_id: string;
}

/** A SAML 2.0 Response with one bearer assertion, as for web browser SSO (SAML 2.0 Profiles, 4.1.4.2), not yet signed. */
export function unsignedResponse(statement: Statement): Unsigned {
  const { options } = statement;
  const response_id = newId();
  const assertion_id = options.assertion_id ?? newId();
  const issuer = options.issuer ?? statement.issuer;
  const denied = options.status === 'denied';
  const status = denied
    ? xml`<samlp:StatusCode Value="${STATUS}:Responder"><samlp:StatusCode Value="${STATUS}:RequestDenied"/></samlp:StatusCode>`
    : xml`<samlp:StatusCode Value="${STATUS}:Success"/>`;
  const destination = optional('Destination', pick(options.destination, statement.acs_url));
  const document = xml`<samlp:Response xmlns:samlp="${PROTOCOL}" ID="${response_id}" Version="2.0" IssueInstant="${issuedAt(statement)}"${destination}${inResponseTo(statement)}><saml:Issuer xmlns:saml="${ASSERTION}">${issuer}</saml:Issuer><samlp:Status>${status}</samlp:Status>${denied ? xml`` : assertion(statement, assertion_id, issuer)}</samlp:Response>`;
  return { xml: document.text, response_id, assertion_id };
}

function assertion(statement: Statement, id: string, issuer: string): Html {
  const { options, person, request } = statement;
  const persistent = request?.name_id_format === PERSISTENT_FORMAT || person.email === null;
  const format = persistent ? PERSISTENT_FORMAT : EMAIL_FORMAT;
  const name_id = options.name_id ?? (persistent ? person.id : (person.email ?? person.id));
  const recipient = optional('Recipient', pick(options.recipient, statement.acs_url));
  const confirmed_until = at(statement, options.confirmed_until_ms ?? options.not_on_or_after_ms ?? LIFE_MS);
  const not_before = at(statement, options.not_before_ms ?? -EARLY_MS);
  const not_on_or_after = at(statement, options.not_on_or_after_ms ?? LIFE_MS);
  const audience = pick(options.audience, statement.audience);
  const restriction =
    audience === null
      ? xml``
      : xml`<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`;
  return xml`<saml:Assertion xmlns:saml="${ASSERTION}" ID="${id}" Version="2.0" IssueInstant="${issuedAt(statement)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${format}">${name_id}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${confirmed_until}"${recipient}${inResponseTo(statement)}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${not_before}" NotOnOrAfter="${not_on_or_after}">${restriction}</saml:Conditions><saml:AuthnStatement AuthnInstant="${issuedAt(statement)}" SessionIndex="${newId()}"><saml:AuthnContext><saml:AuthnContextClassRef>${PASSWORD}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attributes(person)}</saml:AttributeStatement></saml:Assertion>`;
}

function attributes(person: Person): Html {
  const { email, given_name, family_name, groups } = person;
  const named: [string, readonly string[]][] = [
    ['email', email === null ? [] : [email]],
    ['name', [fullName(person)]],
    ['given_name', [given_name]],
    ['family_name', [family_name]],
    ['groups', groups],
  ];
  const present = named.filter(([, values]) => values.length > 0);
  return join(
    present.map(([name, values]) => {
      const each = join(values.map((value) => xml`<saml:AttributeValue>${value}</saml:AttributeValue>`));
      return xml`<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">${each}</saml:Attribute>`;
    }),
  );
}

/** Without the line breaks that a page has between its parts: white space is signed too. */
function join(parts: readonly Html[]): Html {
  return parts.reduce((all, part) => xml`${all}${part}`, xml``);
}

function inResponseTo({ options, request }: Statement): Html {
  return optional('InResponseTo', pick(options.in_response_to, request?.id ?? null));
}

function optional(name: string, value: string | null): Html {
  return value === null ? xml`` : xml` ${name}="${value}"`;
}

/** What was asked for instead, null to leave it out; the honest value where nothing was said. */
function pick<T>(asked: string | null | undefined, honest: T): string | null | T {
  return asked === undefined ? honest : asked;
}

function issuedAt(statement: Statement): string {
  return at(statement, 0);
}

function at({ at, options }: Statement, offset_ms: number): string {
  return new Date(at.getTime() + (options.clock_skew_ms ?? 0) + offset_ms).toISOString();
}

/** "_" first: an ID must not begin with a digit. */
export function newId(): string {
  return `_${randomUUID()}`;
}
