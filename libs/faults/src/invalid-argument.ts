import type { z } from 'zod';
import { type Fault, fault } from './fault.js';

type Issue = z.core.$ZodIssue;
/** A Fault INVALID_ARGUMENT that names the fields at fault. */
export function invalidArgument(issues: readonly Issue[], _schema?: z.core.$ZodType): Fault {
  const fields = issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return fault('INVALID_ARGUMENT', fields.map((field) => `${field.path}: ${field.message}`).join('; '), {
    details: { fields },
  });
}
