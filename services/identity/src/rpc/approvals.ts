import { type Clock, idSchema, type RpcService, type RpcSupport, serveRpc } from '@florin/chassis';
import { invalidArgument, invalidField } from '@florin/faults';
import { type ApprovalsHandlers, florin, type ReceivedApprovalBinding } from '@florin/proto';
import { z } from 'zod';
import type { Approvals } from '../approvals/approvals.js';
import { summaryLines } from '../approvals/summary.js';

const callers = ['payments', 'investing', 'subscription', 'banking'];

const userId = idSchema('usr', 'The person.');
const approvalId = idSchema('apr', 'The approval.');
const operationId = z.string().min(1).max(128);
const binding = z.strictObject({
  client_id: z.string().min(1).max(2_048),
  operation: z.string().regex(/^[a-z][a-z_]{0,59}$/, { error: 'must be the name of an operation' }),
  arguments_hash: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 in hex' }),
});

/** florin.identity.v1.Approvals. */
export function approvalsRpc(
  { approvals, now }: { approvals: Approvals; now: Clock },
  support: RpcSupport,
): RpcService {
  const options = { callers, ...support };
  const handlers: ApprovalsHandlers = {
    Request: serveRpc(options, async ({ binding: given, summary }, { actor }) => {
      const lines = parse(summaryLines, summary, 'summary');
      const user_id = parse(userId, actor.user_id, 'on_behalf_of');
      return { approval: await approvals.request(user_id, parseBinding(given), lines, now()) };
    }),
    Consume: serveRpc(options, async (request, { actor }) => {
      const result = await approvals.consume(
        parse(userId, actor.user_id, 'on_behalf_of'),
        parse(approvalId, request.approval_id, 'approval_id'),
        parseBinding(request.binding),
        { operation_id: parse(operationId, request.operation_id, 'operation_id'), now: now() },
      );
      return { pending: result.granted ? null : result.approval };
    }),
  };
  return { definition: florin.identity.v1.Approvals.service, handlers };
}

function parseBinding(given: ReceivedApprovalBinding | null) {
  const parsed = binding.safeParse(given);
  if (!parsed.success) throw invalidArgument(parsed.error.issues, binding);
  return parsed.data;
}

/** @throws Fault INVALID_ARGUMENT */
function parse<S extends z.ZodType>(schema: S, value: unknown, name: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidField(name, parsed.error.issues[0]?.message ?? 'is not usable.');
  return parsed.data;
}
