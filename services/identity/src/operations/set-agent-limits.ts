import { approvalInput, approvalOutput, approvalRequired, defineOperation, newId } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import { amountSchema, currencySchema, formatMoney } from '@florin/money';
import { z } from 'zod';
import { agentId, limitsSchema } from '../agents/fields.js';
import { allowedToolsSchema, readLimits, showLimits } from '../agents/limits.js';
import type { IdentityDeps } from '../deps.js';
import { type AgentLimits, findAgent, setAgentLimits as set } from '../store/agents.js';

export const setAgentLimits = defineOperation<IdentityDeps>()({
  name: 'set_agent_limits',
  title: "Set an agent's limits",
  description:
    'Sets what an agent may spend without asking the person, at a time and in a day (UTC), and which tools it may use. ' +
    'This replaces what was set before. The person always has to approve it: the first call returns approval_url.',
  scopes: ['profile:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    agent_id: agentId,
    per_transaction: amountSchema.describe('At most this much at a time; not above per_day.'),
    per_day: amountSchema.describe(
      'At most this much in a day (UTC), by all keys and sessions of the agent together.',
    ),
    currency: currencySchema.describe(
      'Of both amounts. In any other currency the agent asks the person every time.',
    ),
    allowed_tools: allowedToolsSchema.optional(),
    ...approvalInput,
  }),
  output: z.strictObject({
    ...approvalOutput,
    agent_id: agentId,
    limits: limitsSchema,
    allowed_tools: allowedToolsSchema.optional(),
  }),

  async run({ approval_id, ...input }, { actor, deps, now }) {
    const { agent_id } = input;
    const agent = await findAgent(deps.db, actor.user_id, agent_id);
    if (agent === undefined) throw noSuchAgent();
    const limits = readLimits(input);
    const asked = await deps.approvals.require({
      actor,
      operation: 'set_agent_limits',
      arguments: { agent_id, ...showLimits(limits), allowed_tools: limits.allowed_tools },
      summary: [{ label: 'Agent', text: `${agent.name} (${agent_id})` }, ...linesOf(limits)],
      approval_id,
      // A new one each time: were it repeated later, it would undo what the person has changed since.
      operation_id: newId('op'),
      now,
    });
    if (!asked.granted) return { ...approvalRequired(asked.approval), agent_id };
    if (!(await set(deps.db, actor.user_id, agent_id, limits, now))) throw noSuchAgent();
    const shown = showLimits(limits);
    return {
      status: 'done' as const,
      agent_id,
      ...(shown !== undefined && { limits: shown }),
      ...(limits.allowed_tools !== null && { allowed_tools: limits.allowed_tools }),
    };
  },
});

function linesOf({ currency, per_transaction_minor, per_day_minor, allowed_tools }: AgentLimits) {
  const money = (amount_minor: bigint | null) =>
    `${formatMoney({ amount_minor: amount_minor ?? 0n, currency: currency ?? '' }).amount} ${currency}`;
  return [
    { label: 'At most at a time', text: money(per_transaction_minor) },
    { label: 'At most in a day', text: money(per_day_minor) },
    ...toolLines(allowed_tools),
  ];
}

/** A line holds 300 characters, and nothing that the person agrees to may be cut off. */
function toolLines(allowed_tools: string[] | null) {
  if (allowed_tools === null) return [{ label: 'Tools', text: 'all that its permissions open' }];
  if (allowed_tools.length === 0) return [{ label: 'Tools', text: 'none' }];
  const lines: string[] = [];
  for (const tool of allowed_tools) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + tool.length + 2 <= 300)
      lines[lines.length - 1] = `${last}, ${tool}`;
    else lines.push(tool);
  }
  return lines.map((text) => ({ label: 'Tools', text }));
}

function noSuchAgent(): Fault {
  return fault('NOT_FOUND', 'You have no such agent. list_agents names those that you have.');
}
