import { florin, type ReceivedSpendRequest, type SpendResponse } from '@florin/proto';
import type { Server, ServerDuplexStream } from '@grpc/grpc-js';

export interface TestReservation {
  agent_id: string;
  user_id: string;
  amount: string;
  currency: string;
  /** Empty where none was consumed. */
  approval_id: string;
  state: 'reserved' | 'committed' | 'released';
  /** Attempts at the operation that hold it. */
  attempts: number;
}

/** identity's Limits by a script: everything fits, unless the test says otherwise. */
export interface TestLimits {
  /** By operation_id, as they are now. */
  reservations: ReadonlyMap<string, TestReservation>;
  /** Set: what is reserved without an approval does not fit, with these words. */
  exceeded: string | undefined;
  /** What is left to an agent; empty texts for limits that are not set. */
  left: { per_transaction: string; today: string; currency: string };
  /** Set: nothing is answered. */
  silent: boolean;
}

export function serveTestLimits(server: Server): TestLimits {
  const reservations = new Map<string, TestReservation>();
  const limits: TestLimits = {
    reservations,
    exceeded: undefined,
    left: { per_transaction: '', today: '', currency: '' },
    silent: false,
  };

  function outcome(request: ReceivedSpendRequest): Omit<SpendResponse, 'request_id'> {
    const { reserve, commit, release, look } = request;
    if (look) return { left: limits.left };
    if (reserve) {
      if (limits.exceeded !== undefined && reserve.approval_id === '') {
        return { exceeded: { limit: 'per_transaction', message: limits.exceeded } };
      }
      const { operation_id, ...fields } = reserve;
      const earlier = reservations.get(operation_id);
      if (earlier === undefined || earlier.state === 'released') {
        reservations.set(operation_id, { ...fields, state: 'reserved', attempts: 1 });
      } else {
        earlier.attempts += 1;
      }
      return { done: {} };
    }
    const settled = reservations.get((commit ?? release)?.operation_id ?? '');
    if (settled === undefined) return { done: {} };
    if (commit) settled.state = 'committed';
    else settled.attempts -= 1;
    if (settled.state === 'reserved' && settled.attempts === 0) settled.state = 'released';
    return { done: {} };
  }

  server.addService(florin.identity.v1.Limits.service, {
    Spend(stream: ServerDuplexStream<ReceivedSpendRequest, SpendResponse>) {
      stream.on('data', (request: ReceivedSpendRequest) => {
        if (!limits.silent) stream.write({ request_id: request.request_id, ...outcome(request) });
      });
      stream.on('end', () => stream.end());
      stream.on('error', () => undefined);
    },
  });
  return limits;
}
