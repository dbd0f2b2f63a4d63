import type { ServerResponse } from 'node:http';
import { asFault, type Fault, fault, httpStatus, PROBLEM_CONTENT_TYPE, toProblem } from '@florin/faults';
import type { Challenges } from '../auth/challenge.js';
import type { Refusal } from '../mcp/rpc-error.js';
import { isObject } from './json-body.js';

/** Answers of REST that are no results, as problem details (RFC 9457). */
export interface Problems {
  /** What was refused before a provider saw it. */
  refuse(refusal: Pick<Refusal, 'status' | 'fault' | 'headers'>): void;
  /** What anything threw. */
  fail(thrown: unknown): void;
  /** RFC 9110, section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response". */
  wrongMethod(allowed: string): void;
}

export function problemsOf(response: ServerResponse, request_id: string, challenges: Challenges): Problems {
  function send(status: number, failure: Fault, headers: Record<string, string> = {}): void {
    const text = JSON.stringify({ ...toProblem(failure, request_id), status });
    response.writeHead(status, {
      'content-type': PROBLEM_CONTENT_TYPE,
      'content-length': Buffer.byteLength(text),
      ...headersOf(status, failure, challenges),
      // What is left of the body is not read.
      ...(status === 413 && { connection: 'close' }),
      ...headers,
    });
    response.end(text);
  }

  return {
    refuse: ({ status, fault: failure, headers }) => send(status, failure, headers),
    fail(thrown) {
      const failure = asFault(thrown);
      send(httpStatus(failure), failure);
    },
    wrongMethod(allow) {
      const failure = fault('METHOD_NOT_ALLOWED', `This is done by ${allow.split(',')[0]}.`);
      send(httpStatus(failure), failure, { allow });
    },
  };
}

/** What HTTP demands beside the status: RFC 9110, section 11.6.1, of a 401; and when to come back (section 10.2.3). */
function headersOf(status: number, failure: Fault, challenges: Challenges): Record<string, string> {
  if (status === 401) return { 'www-authenticate': challenges.signIn() };
  if (failure.reason === 'INSUFFICIENT_SCOPE') {
    return { 'www-authenticate': challenges.insufficientScope(scopesOf(failure)) };
  }
  if (status !== 429 && status !== 503) return {};
  const wait_s = failure.details?.retry_after_s;
  return { 'retry-after': String(typeof wait_s === 'number' ? Math.ceil(wait_s) : 1) };
}

function scopesOf({ details }: Fault): string[] {
  const scopes = isObject(details) ? details.required_scopes : undefined;
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [];
}
