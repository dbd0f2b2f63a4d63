import { type Code, codes, PROBLEM_CONTENT_TYPE, type Reason, reasons } from '@florin/faults';
import type { Answer, Reference } from './types.js';

/** Nobody is there to read the answer to a call that the client gave up. */
const UNREAD = 499;

/** What the gateway answers with a status, by reasons: `{ 400: ['INVALID_ARGUMENT', …], … }`. */
const reasonsByStatus = groupReasons();

const titles: Record<number, string> = {
  400: 'The request cannot be done as it is',
  401: 'Nobody is signed in, or not any more',
  403: 'Not allowed: a permission is missing, or the person said no',
  404: 'There is no such thing, or it is not yours',
  405: 'Another method is needed: Allow names it',
  409: 'It collides with something else',
  413: 'The body is larger than 1 MiB',
  415: 'The body is not application/json in UTF-8',
  422: 'The idempotency key was used with other arguments',
  429: 'Too much at once: Retry-After says when to come back',
  500: 'An error of ours, or an outcome that is not known',
  501: 'This is not served here',
  503: 'A part of Florin cannot be reached right now',
  504: 'The answer took too long',
};

/** `components.responses`: one for each status, with its reasons. */
export function problemResponses(): Record<string, Answer> {
  return Object.fromEntries(
    Object.entries(reasonsByStatus).map(([status, found]) => [
      `Problem${status}`,
      {
        description: `${titles[Number(status)] ?? 'A problem'}. Reasons: ${found.map((reason) => `\`${reason}\``).join(', ')}.`,
        headers: headersOf(Number(status)),
        content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** `responses` of an operation: every problem that it may answer, save those of the statuses left out. */
export function problemsExcept(...leftOut: readonly number[]): Record<string, Reference> {
  const statuses = Object.keys(reasonsByStatus).filter((status) => !leftOut.includes(Number(status)));
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

/** RFC 9457, section 3, and what Florin adds. */
export const problemSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457). Go by reason: it is stable.',
  properties: {
    type: {
      type: 'string',
      description: 'Names the kind of problem, and leads nowhere.',
      examples: ['urn:florin:problem:not-found'],
    },
    title: { type: 'string', description: 'The reason in words.', examples: ['Not found'] },
    status: { type: 'integer', description: 'The HTTP status.', examples: [404] },
    detail: { type: 'string', description: 'What is wrong and what to do next.' },
    code: { type: 'string', description: 'The canonical gRPC code.', enum: Object.keys(codes) },
    reason: {
      type: 'string',
      description: 'Stable and finer than the code. New ones may come.',
      pattern: '^[A-Z][A-Z0-9_]{0,62}$',
      examples: ['NOT_FOUND'],
    },
    retryable: { type: 'boolean', description: 'Whether the same request, sent again later, can succeed.' },
    details: { type: 'object', description: 'What a program needs to act on the reason.' },
    request_id: { type: 'string', description: 'Give it to whoever runs this, with the question.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'reason', 'retryable', 'request_id'],
  additionalProperties: false,
};

function groupReasons(): Record<number, Reason[]> {
  const groups: Record<number, Reason[]> = {};
  for (const reason of Object.keys(reasons) as Reason[]) {
    const entry: { code: Code; status?: number } = reasons[reason];
    const status = entry.status ?? codes[entry.code].status;
    if (status !== UNREAD) groups[status] = [...(groups[status] ?? []), reason];
  }
  return groups;
}

function headersOf(status: number): NonNullable<Answer['headers']> {
  const header = (description: string, type = 'string') => ({ description, schema: { type } });
  return {
    'X-Request-Id': header('The id of the request, as in the body.'),
    ...(status === 401 && { 'WWW-Authenticate': header('Where to sign in (RFC 9728).') }),
    ...([429, 503].includes(status) && { 'Retry-After': header('Seconds to wait.', 'integer') }),
  };
}
