import type { z } from 'zod';
import { type Fault, fault } from './fault.js';
import { issueText } from './issue-text.js';
import { nearest } from './nearest.js';
import { exampleOf, fieldNames, schemaAt } from './schema-at.js';

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

interface InvalidField {
  /** `items[2].sku`; empty for the arguments as a whole. */
  path: string;
  /** Follows the field's name in a sentence: `must be a string, not a number`. */
  message: string;
}

const maxFieldsInMessage = 5;
const maxFieldsInDetails = 20;
const maxNamesListed = 12;
const plainName = /^[\w-]{1,64}$/;

/**
 * INVALID_ARGUMENT from what zod found: the message names each field and what to send instead, for a model to correct
 * its call from. What was sent is never repeated, for it may be a password put into the wrong field.
 * @param issues `error.issues` of zod
 * @param schema the schema that refused: it gives examples, and the name that an unknown field was meant to have
 */
export function invalidArgument(issues: readonly Issue[], schema?: Schema): Fault {
  const fields = issues.flatMap((issue) => fieldsOf(issue, schema)).slice(0, maxFieldsInDetails);
  const sentences = fields
    .slice(0, maxFieldsInMessage)
    .map(({ path, message }) => `${path || 'the input'} ${message}`);
  const more = fields.length - sentences.length;
  if (more > 0) sentences.push(`and ${more} more`);
  const message = sentences.join('; ');
  return fault('INVALID_ARGUMENT', /[.?!]$/.test(message) ? message : `${message}.`, { details: { fields } });
}

/**
 * INVALID_ARGUMENT for a rule that a schema cannot express.
 * @param path the argument's name
 * @param message what is wrong and what to send, following the name: `has 3 decimals; JPY has none: send "1200"`
 */
export function invalidField(path: string, message: string): Fault {
  return fault('INVALID_ARGUMENT', `${path} ${message}`, { details: { fields: [{ path, message }] } });
}

function fieldsOf(issue: Issue, schema: Schema | undefined): InvalidField[] {
  if (issue.code === 'unrecognized_keys') {
    const known = fieldNames(schemaAt(schema, issue.path));
    return issue.keys.slice(0, maxFieldsInDetails).map((key) => unknownField(issue.path, key, known));
  }
  const branch = issue.code === 'invalid_union' ? nearestBranch(issue.errors) : undefined;
  if (branch) {
    return branch.flatMap((part) => fieldsOf({ ...part, path: [...issue.path, ...part.path] }, schema));
  }
  const example = exampleOf(schemaAt(schema, issue.path));
  return [{ path: pathText(issue.path), message: issueText(issue, example) }];
}

function unknownField(path: readonly PropertyKey[], key: string, known: readonly string[]): InvalidField {
  if (!plainName.test(key))
    return { path: pathText(path), message: 'has a field with a name that is not known' };
  const meant = nearest(key, known);
  const list = known.length > 0 && known.length <= maxNamesListed ? `: known are ${known.join(', ')}` : '';
  return {
    path: pathText([...path, key]),
    message: meant ? `is not a known field: did you mean ${meant}?` : `is not a known field${list}`,
  };
}

/** The form of a union that the caller most probably meant: the one with the fewest faults, all of them inside it. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'))
    .toSorted((a, b) => a.length - b.length)[0];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      // The keys of a record are the caller's own, so they may hold anything.
      return `.${plainName.test(String(part)) ? String(part) : '…'}`;
    })
    .join('')
    .replace(/^\./, '');
}
