import { type Fault, invalidField } from '@florin/faults';
import { formatMoney, type Money, parseAmount } from '@florin/money';
import { z } from 'zod';
import type { AgentLimits } from '../store/agents.js';

/** Every token of the agent carries them. */
const MAX_ALLOWED_TOOLS = 50;

const toolName = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, { error: 'must be the name of a tool' });

export const allowedToolsSchema = z
  .array(toolName)
  .max(MAX_ALLOWED_TOOLS)
  .describe(
    'The only tools that the agent may call; resources go by "read_resource". All that its permissions open, when left out.',
  )
  .meta({ examples: [['list_accounts', 'search_transactions', 'read_resource']] });

/** @throws Fault INVALID_ARGUMENT that names the field */
export function readLimits(given: {
  per_transaction: string;
  per_day: string;
  currency: string;
  allowed_tools?: readonly string[] | undefined;
}): AgentLimits {
  const { currency } = given;
  const per_transaction_minor = parseAmount(given.per_transaction, currency, 'per_transaction').amount_minor;
  const per_day_minor = parseAmount(given.per_day, currency, 'per_day').amount_minor;
  if (per_transaction_minor > per_day_minor) throw tooMuchAtOnce();
  const allowed_tools = given.allowed_tools === undefined ? null : [...new Set(given.allowed_tools)].sort();
  return { currency, per_transaction_minor, per_day_minor, allowed_tools };
}

function tooMuchAtOnce(): Fault {
  return invalidField('per_transaction', 'must not be above per_day.');
}

/** The limits as they are shown; undefined where there are none. */
export function showLimits({
  currency,
  per_transaction_minor,
  per_day_minor,
}: AgentLimits): { per_transaction: Money; per_day: Money } | undefined {
  if (currency === null || per_transaction_minor === null || per_day_minor === null) return undefined;
  const show = (amount_minor: bigint) => formatMoney({ amount_minor, currency });
  return { per_transaction: show(per_transaction_minor), per_day: show(per_day_minor) };
}
