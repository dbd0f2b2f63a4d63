import {
  approvalInput,
  approvalOutput,
  approvalRequired,
  defineOperation,
  type Offer,
} from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import type { ToyDeps } from './toy-service.js';

const URL_BASE = 'https://florin.test/approvals/';

/** A service whose one operation sends nothing before the person has approved, and the page on which they do. */
export interface ToyApproval {
  offer: Offer<ToyDeps>;
  /** To whom something was sent. */
  sent: string[];
  /** By id: what the person said. */
  verdicts: Map<string, 'pending' | 'granted' | 'denied'>;
  /** The approval that was asked for last. */
  last(): string;
}

export function createToyApproval(): ToyApproval {
  const sent: string[] = [];
  const verdicts: ToyApproval['verdicts'] = new Map();
  const payees = new Map<string, string>();

  const ask = (approval_id: string) =>
    approvalRequired({
      approval_id,
      approval_url: URL_BASE + approval_id,
      expires_at: '2099-01-01T00:00:00.000Z',
    });

  const send = defineOperation<ToyDeps>()({
    name: 'send',
    title: 'Send something',
    description: 'Sends something to somebody, once the person has approved.',
    scopes: ['payments:write'],
    hints: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
    input: z.strictObject({ payee: z.string().max(40).describe('To whom.'), ...approvalInput }),
    output: z.strictObject({ ...approvalOutput }),
    async run({ payee, approval_id }) {
      if (approval_id === undefined) {
        const id = `apr_01jd5c3k8qf6t9w2x4y7z0${String(verdicts.size).padStart(4, '0')}`;
        verdicts.set(id, 'pending');
        payees.set(id, payee);
        return ask(id);
      }
      if (payees.get(approval_id) !== payee) throw fault('APPROVAL_MISMATCH', 'It was approved for another.');
      const verdict = verdicts.get(approval_id);
      if (verdict === 'denied') throw fault('APPROVAL_DENIED', 'The person said no.');
      if (verdict !== 'granted') return ask(approval_id);
      sent.push(payee);
      return { status: 'done' as const };
    },
  });

  return {
    offer: { operations: [send], resources: [], prompts: [] },
    sent,
    verdicts,
    last: () => [...verdicts.keys()].at(-1) ?? '',
  };
}
