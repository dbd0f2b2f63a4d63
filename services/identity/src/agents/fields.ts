import { idSchema } from '@florin/chassis';
import { moneySchema } from '@florin/money';
import { z } from 'zod';
import type { ListedAgent } from '../store/agents.js';
import { allowedToolsSchema, showLimits } from './limits.js';

/** Fields that several operations have. */

export const agentId = idSchema('agt', 'The agent, as list_agents names it.');

export const limitsSchema = z
  .strictObject({
    per_transaction: moneySchema.describe('At most this much at a time without asking the person.'),
    per_day: moneySchema.describe('At most this much in a day (UTC) without asking the person.'),
  })
  .optional()
  .describe('What it may spend by itself; absent where the person set no limits.');

export const time = (description: string) =>
  z.iso
    .datetime()
    .describe(description)
    .meta({ examples: ['2026-11-02T09:00:00.000Z'] });

export const clientName = z
  .string()
  .describe('What the client calls itself. Anybody can choose any name.')
  .meta({ examples: ['Desk Assistant'] });

export const agentSchema = z.strictObject({
  agent_id: agentId,
  name: clientName,
  created_at: time('Since when it has access.'),
  last_used_at: time('When it last signed in or refreshed its access.'),
  active_sessions: z
    .int()
    .min(0)
    .describe('How many of its sessions can still be used.')
    .meta({ examples: [1] }),
  limits: limitsSchema,
  allowed_tools: allowedToolsSchema.optional(),
});

export function toAgent({ agent, sessions, session_used_at }: ListedAgent): z.input<typeof agentSchema> {
  const limits = showLimits(agent);
  const { agent_id, name, created_at, last_used_at, allowed_tools } = agent;
  const used_at = session_used_at !== null && session_used_at > last_used_at ? session_used_at : last_used_at;
  return {
    agent_id,
    name,
    created_at: created_at.toISOString(),
    last_used_at: used_at.toISOString(),
    active_sessions: sessions,
    ...(limits !== undefined && { limits }),
    ...(allowed_tools !== null && { allowed_tools }),
  };
}
