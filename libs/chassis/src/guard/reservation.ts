import type { Judged } from './attempt.js';
import type { Limits } from './limits.js';

/** What one call holds of what its agent may spend; of an agent without limits, nothing. */
export interface Reservation {
  /**
   * @param approval_id consumed by this operation: then any amount fits
   * @returns how it does not fit, in words; undefined where it does
   * @throws Fault, also where nobody can say whether it was reserved
   */
  take(approval_id?: string): Promise<string | undefined>;
  commit(): Promise<void>;
  release(): Promise<void>;
}

export function reservationOf(limits: Limits, judged: Judged): Reservation {
  const { user_id, operation_id, agent, plan } = judged;
  if (agent === undefined || !agent.is_limited) return unlimited;
  const { agent_id } = agent;
  let isTaken = false;
  return {
    async take(approval_id) {
      const exceeded = await limits.reserve({
        agent_id,
        user_id,
        operation_id,
        total: plan.total,
        approval_id,
      });
      isTaken = exceeded === undefined;
      return exceeded;
    },
    async commit() {
      if (isTaken) await limits.commit({ user_id, operation_id });
    },
    async release() {
      if (isTaken) await limits.release({ user_id, operation_id });
      isTaken = false;
    },
  };
}

const unlimited: Reservation = {
  take: async () => undefined,
  commit: async () => undefined,
  release: async () => undefined,
};
