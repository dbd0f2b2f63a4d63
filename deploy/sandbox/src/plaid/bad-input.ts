import type { ZodError, z } from 'zod';
import { PlaidError } from './errors.js';

/** What zod found wrong, as the one error Plaid would answer: missing fields first, then unknown, then invalid ones. */
export function badInput({ issues }: ZodError): PlaidError {
  const missing = issues.filter(isMissing).map(nameOf);
  if (missing.length > 0) {
    return new PlaidError(
      'MISSING_FIELDS',
      `the following required fields are missing: ${missing.join(', ')}`,
    );
  }
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [],
  );
  if (unknown.length > 0) {
    return new PlaidError(
      'UNKNOWN_FIELDS',
      `the following fields are not recognized by this endpoint: ${unknown.join(', ')}`,
    );
  }
  const invalid = issues.map((issue) => `${nameOf(issue)}: ${issue.message}`);
  return new PlaidError('INVALID_FIELD', invalid.join('; '));
}

/** An absent value is of the wrong type too; endpoints parse with `reportInput` so that the two can be told apart. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined;
}

function nameOf(issue: z.core.$ZodIssue): string {
  return issue.path.join('.');
}
