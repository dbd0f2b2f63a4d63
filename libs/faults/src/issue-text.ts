import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const maxOptions = 12;
const maxPatternLength = 80;
/** How zod's own messages begin (its English locale). Any other text was written for the schema, and is better. */
const zodsOwn = /^(Invalid|Too big|Too small|Unrecognized)\b/;

const kinds: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

const formats: Record<string, string> = {
  date: 'must be a date such as 2026-11-22',
  datetime: 'must be a time in UTC such as 2026-11-22T10:30:00Z',
  email: 'must be an e-mail address',
  url: 'must be a URL',
  uuid: 'must be a UUID',
};

/**
 * What is wrong with a field and what to send, as it follows the field's name: `must be a string, not a number`.
 * @param example of a right value, as JSON
 */
export function issueText(issue: Issue, example: string | undefined): string {
  if (!zodsOwn.test(issue.message)) return issue.message;
  const text = ownText(issue);
  return example === undefined ? (text.long ?? text.short) : `${text.short}, for example ${example}`;
}

/** `long` says what an example would have shown. */
interface Text {
  short: string;
  long?: string | undefined;
}

function ownText(issue: Issue): Text {
  switch (issue.code) {
    case 'invalid_type':
      return { short: typeText(issue.expected, issue.message) };
    case 'invalid_value':
      return { short: optionsText(issue.values) };
    case 'too_big':
      return { short: sizeText(issue.origin, 'at most', 'too long', issue.maximum) };
    case 'too_small':
      return { short: sizeText(issue.origin, 'at least', 'too short', issue.minimum) };
    case 'invalid_format':
      return formatText(issue);
    case 'not_multiple_of':
      return { short: `must be a multiple of ${issue.divisor}` };
    case 'invalid_union':
      return { short: unionText(issue) };
    default:
      return { short: 'is not valid' };
  }
}

function typeText(expected: string, message: string): string {
  const kind = kinds[expected] ?? 'of another kind';
  // zod 4 says what it received in the message alone.
  const received = /received (\w+)$/.exec(message)?.[1] ?? '';
  if (received === 'undefined') return `is missing: send ${kind}`;
  if (expected === 'int' && received === 'number') return 'must be a whole number';
  const not = kinds[received];
  return not === undefined || not === kind ? `must be ${kind}` : `must be ${kind}, not ${not}`;
}

function optionsText(values: readonly unknown[]): string {
  const options = values.slice(0, maxOptions).map((value) => JSON.stringify(value) ?? String(value));
  if (values.length > maxOptions) options.push('…');
  return options.length === 1 ? `must be ${options[0]}` : `must be one of ${options.join(', ')}`;
}

function sizeText(origin: string, bound: string, wrong: string, limit: number | bigint): string {
  if (origin === 'string') {
    if (bound === 'at least' && Number(limit) === 1) return 'must not be empty';
    return `is ${wrong}: send ${bound} ${limit} characters`;
  }
  if (origin === 'array' || origin === 'set') return `is ${wrong}: send ${bound} ${limit} items`;
  return `must be ${bound} ${limit}`;
}

function formatText(issue: z.core.$ZodIssueInvalidStringFormat): Text {
  const known = formats[issue.format];
  if (known !== undefined) return { short: known };
  if ('prefix' in issue) return { short: `must start with "${issue.prefix}"` };
  const pattern = issue.pattern?.replaceAll(/^\/|\/\w*$/g, '');
  const readable = pattern !== undefined && pattern.length <= maxPatternLength;
  const short = 'is not in the right form';
  return { short, long: readable ? `must match ${pattern}` : short };
}

function unionText(issue: z.core.$ZodIssueInvalidUnion): string {
  if ('options' in issue && Array.isArray(issue.options)) return optionsText(issue.options);
  const expected = issue.errors.map((branch) =>
    branch.length === 1 && branch[0]?.code === 'invalid_type' ? kinds[branch[0].expected] : undefined,
  );
  const named = expected.filter((kind) => kind !== undefined);
  return named.length > 0 && named.length === expected.length
    ? `must be ${named.join(' or ')}`
    : 'has none of the forms that are allowed';
}
