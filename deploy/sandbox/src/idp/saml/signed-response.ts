import { type IdpState, newSamlKey, type SamlKey } from '../keys.js';
import { type Statement, unsignedResponse } from './assertion.js';
import { attackWith, preparationFor } from './attack.js';
import { signElement } from './sign.js';

/** The response to the statement as its options want it, and the id of its assertion. */
export async function signedResponse(
  statement: Statement,
  keys: IdpState['saml'],
): Promise<{ xml: string; assertion_id: string }> {
  const { options } = statement;
  const { attack, forged_name_id, digest = 'sha256' } = options;
  const prepared = preparationFor(attack, forged_name_id);
  const name_id = options.name_id ?? prepared.name_id;
  const unsigned = unsignedResponse({
    ...statement,
    options: { ...options, ...(name_id === undefined ? {} : { name_id }) },
  });
  const { assertion_id, response_id } = unsigned;
  const key = await keyFor(statement, keys);
  // Without an assertion, the response itself is what can be signed.
  const signed = options.signed ?? (options.status === 'denied' ? 'response' : prepared.signed);
  let { xml } = unsigned;
  // The assertion first: its signature is part of what the response's covers.
  if (signed === 'assertion' || signed === 'both') xml = signElement(xml, assertion_id, key, digest);
  if (signed === 'response' || signed === 'both') xml = signElement(xml, response_id, key, digest);
  if (attack !== undefined) xml = attackWith(attack, xml, key, forged_name_id);
  return { xml, assertion_id };
}

async function keyFor({ options, at }: Statement, { current, next }: IdpState['saml']): Promise<SamlKey> {
  switch (options.key ?? 'current') {
    case 'current':
      return current;
    case 'next':
      return next;
    case 'unknown':
      return newSamlKey('sandbox-idp', at);
  }
}
