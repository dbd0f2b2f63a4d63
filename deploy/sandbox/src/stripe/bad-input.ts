import type { ZodError } from 'zod';
import { invalid, type StripeRefusal } from './errors.js';

/** Says a validation failure as Stripe does: the first thing wrong, and its parameter as `card[number]`. */
export function badInput(error: ZodError): StripeRefusal {
  const issue = error.issues[0];
  if (!issue) return invalid('The request is not usable.');
  const param = parameter(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => parameter([...issue.path, key]));
    const word = names.length === 1 ? 'parameter' : 'parameters';
    const [first = ''] = names;
    return invalid(`Received unknown ${word}: ${names.join(', ')}`, {
      code: 'parameter_unknown',
      param: first,
    });
  }
  const value = issue.input;
  if (value === undefined) {
    return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (value === '') {
    return invalid(
      `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
      { code: 'parameter_invalid_empty', param },
    );
  }
  if (issue.message === 'integer') {
    return invalid(`Invalid integer: ${String(value)}`, { code: 'parameter_invalid_integer', param });
  }
  if (issue.message === 'currency') {
    return invalid(`Invalid currency: ${String(value)}.`, { param });
  }
  if (issue.code === 'invalid_value') {
    return invalid(`Invalid ${param}: must be one of ${issue.values.join(', ')}`, { param });
  }
  if (issue.code === 'invalid_format' && issue.format === 'url') {
    return invalid('Not a valid URL', { code: 'url_invalid', param });
  }
  return invalid(`Invalid ${param}: ${issue.message}`, { param });
}

function parameter([first, ...rest]: readonly PropertyKey[]): string {
  return `${String(first ?? '')}${rest.map((part) => `[${String(part)}]`).join('')}`;
}
