import { asFault, Fault } from '@florin/faults';
import { describe, expect, it } from 'vitest';
import { ChangedWhilePaging, LinkGone } from '../../src/providers/bank-data.js';
import { toBankError } from '../../src/providers/plaid-errors.js';

/** As the SDK throws it: with the request, and so our secret, inside. */
function sdkError(status: number | undefined, error_code = '', error_type = ''): Error {
  return Object.assign(new Error('Request failed'), {
    isAxiosError: true,
    config: { headers: { 'PLAID-SECRET': 'hunter2' }, data: '{"access_token":"access-hunter2"}' },
    ...(status !== undefined && {
      response: { status, data: { error_code, error_type, error_message: 'hunter2' } },
    }),
  });
}

describe('toBankError', () => {
  it.each([
    [undefined, '', 'PROVIDER_UNAVAILABLE', true],
    [500, 'INTERNAL_SERVER_ERROR', 'PROVIDER_UNAVAILABLE', true],
    [503, '', 'PROVIDER_UNAVAILABLE', true],
    [400, 'INSTITUTION_DOWN', 'PROVIDER_UNAVAILABLE', true],
    [400, 'PRODUCT_NOT_READY', 'PROVIDER_UNAVAILABLE', true],
    [429, 'ACCOUNTS_LIMIT', 'RATE_LIMITED', true],
    [400, 'ITEM_LOGIN_REQUIRED', 'BANK_LOGIN_REQUIRED', false],
    [400, 'INVALID_PUBLIC_TOKEN', 'INVALID_PUBLIC_TOKEN', false],
    [400, 'INVALID_API_KEYS', 'PROVIDER_REJECTED', false],
    [418, 'SOMETHING_NEW', 'PROVIDER_REJECTED', false],
  ])('takes %s %s for %s', (status, error_code, reason, retryable) => {
    expect(toBankError(sdkError(status, error_code))).toMatchObject({ reason, retryable });
  });

  it('takes what needs other than a Fault for what it is', () => {
    expect(toBankError(sdkError(400, 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION'))).toBeInstanceOf(
      ChangedWhilePaging,
    );
    for (const code of ['ITEM_NOT_FOUND', 'INVALID_ACCESS_TOKEN'])
      expect(toBankError(sdkError(400, code))).toBeInstanceOf(LinkGone);
  });

  it('lets no secret of the request reach a message or a log', () => {
    for (const code of ['ITEM_LOGIN_REQUIRED', 'INVALID_API_KEYS', 'ITEM_NOT_FOUND']) {
      const error = toBankError(sdkError(400, code));
      const logged = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(logged).not.toContain('hunter2');
    }
  });

  it('leaves a mistake of ours as it is', () => {
    const mistake = new TypeError('x is undefined');
    expect(toBankError(mistake)).toBe(mistake);
    expect(asFault(toBankError('text'))).toBeInstanceOf(Fault);
  });
});
