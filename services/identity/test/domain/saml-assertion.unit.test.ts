import { expect, it } from 'vitest';
import { judgeAssertion, type SamlAssertion } from '../../src/domain/saml-assertion.js';

const now = new Date('2026-11-22T12:00:00Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000).toISOString();
const expected = {
  idp_entity_id: 'https://idp.test',
  audience: 'https://florin.test/metadata',
  acs_url: 'https://florin.test/acs',
  request_id: '_request',
};
const confirmation = {
  method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  recipient: expected.acs_url,
  in_response_to: expected.request_id,
  not_before: undefined,
  not_on_or_after: at(300),
};
const honest: SamlAssertion = {
  id: '_assertion',
  issuer: expected.idp_entity_id,
  name_id: 'grace',
  name_id_format: undefined,
  confirmations: [confirmation],
  not_before: at(-60),
  not_on_or_after: at(300),
  audiences: [[expected.audience]],
};

it('an honest assertion is accepted, and remembered until no clock takes it for valid', () => {
  expect(judgeAssertion(honest, expected, now)).toEqual({ accepted: true, expires_at: new Date(at(360)) });
});

it.each<[string, Partial<SamlAssertion>, boolean]>([
  ['ends a minute ago', { not_on_or_after: at(-60) }, false],
  ['ends less than a minute ago', { not_on_or_after: at(-59) }, true],
  ['begins in more than a minute', { not_before: at(61) }, false],
  ['begins in a minute', { not_before: at(60) }, true],
  ['has no beginning', { not_before: undefined }, true],
  ['has no end', { not_on_or_after: undefined }, false],
  ['ends at no time that can be read', { not_on_or_after: 'tomorrow' }, false],
  ['ends in more than a day', { not_on_or_after: at(25 * 3_600) }, false],
  ['is of another issuer', { issuer: 'https://idp.example' }, false],
  ['names nobody', { name_id: '' }, false],
  [
    'names the person for this time only',
    { name_id_format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
    false,
  ],
  ['names no audience', { audiences: [] }, false],
  ['names us and others as audience', { audiences: [['https://sp.example', expected.audience]] }, true],
  [
    'restricts the audience twice, once without us',
    { audiences: [[expected.audience], ['https://sp.example']] },
    false,
  ],
  ['is confirmed by nobody', { confirmations: [] }, false],
  [
    'is confirmed twice',
    { confirmations: [confirmation, { ...confirmation, recipient: 'https://sp.example' }] },
    false,
  ],
  [
    'is confirmed by another method',
    { confirmations: [{ ...confirmation, method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' }] },
    false,
  ],
  [
    'is for another recipient',
    { confirmations: [{ ...confirmation, recipient: `${expected.acs_url}/` }] },
    false,
  ],
  ['is for no recipient', { confirmations: [{ ...confirmation, recipient: undefined }] }, false],
  ['answers another request', { confirmations: [{ ...confirmation, in_response_to: '_other' }] }, false],
  ['answers no request', { confirmations: [{ ...confirmation, in_response_to: undefined }] }, false],
  ['is confirmed for ever', { confirmations: [{ ...confirmation, not_on_or_after: undefined }] }, false],
  ['was confirmed too long ago', { confirmations: [{ ...confirmation, not_on_or_after: at(-60) }] }, false],
])('an assertion that %s', (_name, over, accepted) => {
  expect(judgeAssertion({ ...honest, ...over }, expected, now).accepted).toBe(accepted);
});
