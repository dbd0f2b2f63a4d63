import { Metadata, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asFault,
  codes,
  Fault,
  fault,
  fromFailure,
  fromGrpcError,
  httpStatus,
  type Reason,
  reasons,
  toErrorBody,
  toFailure,
  toGrpcError,
  toProblem,
  toToolResult,
} from '../src/index.js';

const secret = 'postgres://owner:hunter2@db/internal';

const anyFault = fc
  .record({
    reason: fc.constantFrom(...(Object.keys(reasons) as Reason[])),
    message: fc.string({ maxLength: 200, unit: 'grapheme' }),
    retryable: fc.option(fc.boolean(), { nil: undefined }),
    details: fc.option(
      fc.dictionary(fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
      {
        nil: undefined,
      },
    ),
  })
  .map(({ reason, message, retryable, details }) =>
    fault(reason, message, {
      retryable,
      // As JSON gives it back: -0 and the key __proto__ do not survive any wire.
      details: details && JSON.parse(JSON.stringify(details)),
      cause: new Error(secret),
    }),
  );

const publicParts = ({ code, reason, message, retryable, details }: Fault) => ({
  code,
  reason,
  message,
  retryable,
  details,
});

describe('a fault crosses the mesh', () => {
  test('a gRPC status carries everything public there and back', () => {
    fc.assert(
      fc.property(anyFault, (sent) => {
        expect(publicParts(fromGrpcError(toGrpcError(sent)))).toEqual(publicParts(sent));
      }),
    );
  });

  test('a Failure frame carries everything public there and back', () => {
    fc.assert(
      fc.property(anyFault, (sent) => {
        expect(publicParts(fromFailure(toFailure(sent)))).toEqual(publicParts(sent));
      }),
    );
  });

  test('a reason that only a newer peer knows survives both ways', () => {
    const newer = new Fault({
      code: 'FAILED_PRECONDITION',
      reason: 'CARD_FROZEN',
      message: 'Unfreeze the card first.',
      retryable: false,
    });
    expect(publicParts(fromFailure(toFailure(newer)))).toEqual(publicParts(newer));
    expect(publicParts(fromGrpcError(toGrpcError(newer)))).toEqual(publicParts(newer));
    expect(toProblem(newer, 'req_1')).toMatchObject({ status: 400, type: 'urn:florin:problem:card-frozen' });
  });

  test('a malformed frame becomes INTERNAL and carries nothing unbounded or unreadable on', () => {
    const read = fromFailure({
      code: 99,
      reason: '<script>',
      message: 'x'.repeat(100_000),
      retryable: true,
      details_json: Buffer.from('[1,2'),
    });
    expect(publicParts(read)).toEqual({
      code: 'INTERNAL',
      reason: 'INTERNAL',
      message: 'x'.repeat(1_000),
      retryable: false,
      details: undefined,
    });
  });

  test('details too large for a trailer are left out, and the rest arrives', () => {
    const sent = fault('CONFLICT', 'é'.repeat(5_000), { details: { text: 'x'.repeat(50_000) } });
    const error = toGrpcError(sent);
    const [packed] = error.metadata.get('grpc-status-details-bin');
    expect(
      (packed as Buffer).toString('base64').length + encodeURIComponent(error.details).length,
    ).toBeLessThan(8_192);
    expect(publicParts(fromGrpcError(error))).toMatchObject({ reason: 'CONFLICT', details: undefined });
  });

  test.each([
    [status.UNAVAILABLE, 'UNAVAILABLE', true],
    [status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED', true],
    [status.CANCELLED, 'CANCELLED', false],
    [status.UNIMPLEMENTED, 'UNIMPLEMENTED', false],
    [status.UNKNOWN, 'INTERNAL', false],
  ])('a plain gRPC status %d becomes %s, with a message of our own', (code, reason, retryable) => {
    const read = fromGrpcError(
      Object.assign(new Error(secret), { code, details: secret, metadata: new Metadata() }),
    );
    expect(read).toMatchObject({ reason, retryable });
    expect(read.message).not.toContain('hunter2');
  });

  test('a status of somebody else, or one that cannot be decoded, counts as plain', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([255, 255, 1]));
    expect(fromGrpcError({ code: status.NOT_FOUND, details: secret, metadata })).toMatchObject({
      reason: 'NOT_FOUND',
    });
  });

  test('an error that is none of gRPC is INTERNAL, its cause kept', () => {
    const cause = new TypeError(secret);
    expect(fromGrpcError(cause)).toMatchObject({ reason: 'INTERNAL', cause });
    expect(asFault('thrown text')).toMatchObject({ reason: 'INTERNAL', cause: 'thrown text' });
  });
});

describe('a fault shown to clients', () => {
  test('no public form contains the internal cause', () => {
    fc.assert(
      fc.property(anyFault, (shown) => {
        const { metadata, ...error } = toGrpcError(shown);
        const forms = [
          toErrorBody(shown, 'req_1'),
          toToolResult(shown, 'req_1'),
          toProblem(shown, 'req_1'),
          error,
          metadata.get('grpc-status-details-bin').map(String),
          { ...toFailure(shown), details_json: toFailure(shown).details_json.toString() },
          shown,
        ];
        expect(JSON.stringify(forms)).not.toContain('hunter2');
      }),
    );
  });

  test('whatever was thrown, its text is not shown', () => {
    const shown = asFault(Object.assign(new Error(secret), { details: { secret } }));
    expect(
      JSON.stringify([toErrorBody(shown, 'r'), toToolResult(shown, 'r'), toProblem(shown, 'r')]),
    ).not.toContain('hunter2');
  });

  test('a tool result tells a model the reason, what to do, whether to repeat, and the details', () => {
    const result = toToolResult(
      fault('BANK_LOGIN_REQUIRED', 'First Platypus Bank wants a new sign-in. Call create_link_token.', {
        details: { account_id: 'acc_1' },
      }),
      'req_7',
    );
    expect(result).toEqual({
      isError: true,
      content: [
        {
          type: 'text',
          text: [
            'BANK_LOGIN_REQUIRED: First Platypus Bank wants a new sign-in. Call create_link_token.',
            'The same call, unchanged, will fail again.',
            'details: {"account_id":"acc_1"}',
            'request_id: req_7',
          ].join('\n'),
        },
      ],
      structuredContent: {
        error: {
          code: 'FAILED_PRECONDITION',
          reason: 'BANK_LOGIN_REQUIRED',
          message: 'First Platypus Bank wants a new sign-in. Call create_link_token.',
          retryable: false,
          details: { account_id: 'acc_1' },
          request_id: 'req_7',
        },
      },
    });
  });

  test('an unknown outcome neither suggests repeating nor says that it would fail', () => {
    const { content } = toToolResult(
      fault('OUTCOME_UNKNOWN', 'It may have happened. Call get_payment.'),
      'req_7',
    );
    expect(content[0].text).toBe(
      'OUTCOME_UNKNOWN: It may have happened. Call get_payment.\nrequest_id: req_7',
    );
  });

  test('a problem has the members of RFC 9457 and the names of the error body', () => {
    expect(toProblem(fault('INSUFFICIENT_FUNDS', 'Add 3.00 USD first.'), 'req_7')).toEqual({
      type: 'urn:florin:problem:insufficient-funds',
      title: 'Insufficient funds',
      status: 400,
      detail: 'Add 3.00 USD first.',
      code: 'FAILED_PRECONDITION',
      reason: 'INSUFFICIENT_FUNDS',
      retryable: false,
      request_id: 'req_7',
    });
  });

  test('every reason has a client or server error status, and 5xx that clients repeat by themselves is retryable', () => {
    for (const reason of Object.keys(reasons) as Reason[]) {
      const made = fault(reason, 'x');
      expect(httpStatus(made)).toBeGreaterThanOrEqual(400);
      expect(httpStatus(made)).toBeLessThan(600);
      if ([429, 502, 503, 504].includes(httpStatus(made))) expect(made.retryable, reason).toBe(true);
    }
  });

  test('the codes are those of gRPC', () => {
    for (const [name, { number }] of Object.entries(codes)) expect(status[number]).toBe(name);
  });
});
