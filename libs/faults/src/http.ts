import { codes } from './codes.js';
import { type ErrorBody, toErrorBody } from './error-body.js';
import type { Fault } from './fault.js';
import { reasonEntry } from './reasons.js';

/** RFC 9457, section 3. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** RFC 9457 problem details; what we add to it has the names of the error body. */
export type Problem = {
  /** `urn:florin:problem:insufficient-funds`: names the kind of problem, and leads nowhere. */
  type: string;
  title: string;
  status: number;
  detail: string;
} & Omit<ErrorBody['error'], 'message'>;

export function httpStatus(fault: Fault): number {
  return reasonEntry(fault.reason)?.status ?? codes[fault.code].status;
}

/** A Fault as the body of an HTTP answer: send it with `problem.status` and PROBLEM_CONTENT_TYPE. */
export function toProblem(fault: Fault, request_id: string): Problem {
  const { message, ...rest } = toErrorBody(fault, request_id).error;
  const words = fault.reason.toLowerCase().split('_');
  const title = words.join(' ');
  return {
    type: `urn:florin:problem:${words.join('-')}`,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    status: httpStatus(fault),
    detail: message,
    ...rest,
  };
}
