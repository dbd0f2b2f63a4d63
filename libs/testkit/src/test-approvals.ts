import { fault, toGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import type { Server, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { decodeJwt } from 'jose';

interface Binding {
  client_id: string;
  operation: string;
  arguments_hash: string;
}

export interface TestApproval extends Binding {
  approval_id: string;
  /** On whose behalf the service asked. */
  user_id: string;
  summary: { label: string; text: string }[];
  /** Set by the test, as the person would. */
  decision: 'granted' | 'denied' | undefined;
  consumed_by: string | undefined;
}

/** identity's Approvals by a script: the test decides in the place of the person. */
export interface TestApprovals {
  /** All that were asked for, the last one last. */
  asked: readonly TestApproval[];
}

type Unary<Request> = ServerUnaryCall<Request, object>;

export function serveTestApprovals(server: Server): TestApprovals {
  const asked: TestApproval[] = [];

  function consume(call: Unary<{ approval_id: string; binding: Binding; operation_id: string }>) {
    const { approval_id, binding, operation_id } = call.request;
    const found = asked.find((approval) => approval.approval_id === approval_id);
    const fits =
      found?.user_id === onBehalfOf(call) &&
      found.client_id === binding.client_id &&
      found.operation === binding.operation &&
      found.arguments_hash === binding.arguments_hash;
    if (found === undefined || !fits) return 'APPROVAL_MISMATCH';
    if (found.decision === 'denied') return 'APPROVAL_DENIED';
    if (found.decision === undefined) return found;
    if (found.consumed_by !== undefined && found.consumed_by !== operation_id) return 'APPROVAL_USED';
    found.consumed_by = operation_id;
    return undefined;
  }

  server.addService(florin.identity.v1.Approvals.service, {
    Request(
      call: Unary<{ binding: Binding; summary: TestApproval['summary'] }>,
      answer: sendUnaryData<object>,
    ) {
      const { binding, summary } = call.request;
      const approval = {
        ...binding,
        approval_id: `apr_${String(asked.length).padStart(26, '0')}`,
        user_id: onBehalfOf(call),
        summary,
        decision: undefined,
        consumed_by: undefined,
      };
      asked.push(approval);
      answer(null, { approval: shown(approval) });
    },
    Consume(
      call: Unary<{ approval_id: string; binding: Binding; operation_id: string }>,
      answer: sendUnaryData<object>,
    ) {
      const result = consume(call);
      if (typeof result === 'string') answer(toGrpcError(fault(result, 'The test says so.')));
      else answer(null, { pending: result === undefined ? null : shown(result) });
    },
  });
  return { asked };
}

function shown({ approval_id }: TestApproval) {
  return {
    approval_id,
    approval_url: `http://127.0.0.1/approvals/${approval_id}`,
    expires_at: new Date(Date.now() + 300_000).toISOString(),
  };
}

function onBehalfOf(call: Unary<unknown>): string {
  const token = String(call.metadata.get('authorization')[0] ?? '').replace(/^Bearer /, '');
  return String(decodeJwt(token).on_behalf_of);
}
