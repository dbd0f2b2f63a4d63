import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyChanges,
  type Changes,
  concernedIds,
  type ReceivedTransaction,
  type TransactionRow,
} from '../../src/domain/apply-changes.js';

function received(id: string, over: Partial<ReceivedTransaction> = {}): ReceivedTransaction {
  return {
    provider_transaction_id: id,
    pending_provider_transaction_id: null,
    account_id: 'acc_1',
    date: '2026-10-01',
    amount_minor: -1_000n,
    currency: 'USD',
    merchant: 'Greenleaf Market',
    description: 'GREENLEAF',
    category: 'food_and_drink',
    category_detail: 'food_and_drink_groceries',
    pending: false,
    ...over,
  };
}

const nothing: Changes = { added: [], modified: [], removed: [] };

/** A table, and the ids it hands out. */
class Table {
  rows: TransactionRow[] = [];
  #ids = 0;

  apply(changes: Partial<Changes>) {
    const whole = { ...nothing, ...changes };
    const ids = new Set(concernedIds(whole));
    const concerned = this.rows.filter(
      (row) => ids.has(row.provider_transaction_id) || ids.has(row.pending_provider_transaction_id ?? ''),
    );
    const decision = applyChanges(concerned, whole, () => `txn_${++this.#ids}`);
    const written = new Map(decision.write.map((row) => [row.transaction_id, row]));
    const kept = this.rows.filter((row) => !written.has(row.transaction_id));
    this.rows = [...kept, ...written.values()];
    return decision;
  }

  visible() {
    return this.rows.filter((row) => !row.removed);
  }
}

describe('applyChanges', () => {
  it('keeps the id of a pending transaction when it posts', () => {
    const table = new Table();
    table.apply({ added: [received('p1', { pending: true })] });
    const decision = table.apply({
      added: [received('t1', { pending_provider_transaction_id: 'p1', amount_minor: -1_200n })],
      removed: ['p1'],
    });
    expect(table.visible()).toMatchObject([
      { transaction_id: 'txn_1', amount_minor: -1_200n, pending: false },
    ]);
    expect(decision).toMatchObject({ created: [], removed: [], updated: [{ transaction_id: 'txn_1' }] });
  });

  it('keeps it as well where the pending one was withdrawn in an earlier update', () => {
    const table = new Table();
    table.apply({ added: [received('p1', { pending: true })] });
    table.apply({ removed: ['p1'] });
    const decision = table.apply({ added: [received('t1', { pending_provider_transaction_id: 'p1' })] });
    expect(table.visible()).toMatchObject([{ transaction_id: 'txn_1', provider_transaction_id: 't1' }]);
    expect(decision.created).toEqual([{ transaction_id: 'txn_1', account_id: 'acc_1' }]);
  });

  it('does not bring back a pending one that has posted', () => {
    const table = new Table();
    table.apply({ added: [received('t1', { pending_provider_transaction_id: 'p1' })] });
    const decision = table.apply({ added: [received('p1', { pending: true })] });
    expect(decision.write).toEqual([]);
    table.apply({ modified: [received('t1', { amount_minor: -5n })] });
    expect(table.apply({ added: [received('p1', { pending: true })] }).write).toEqual([]);
  });

  it('tells of nothing for what is removed before it was ever known', () => {
    const table = new Table();
    expect(table.apply({ removed: ['t9'] })).toMatchObject({ write: [], removed: [] });
    expect(table.apply({ added: [received('t1')], removed: ['t1'] })).toMatchObject({
      write: [],
      created: [],
    });
  });

  it('changes nothing the second time, whatever the update', () => {
    fc.assert(
      fc.property(updates(), (history) => {
        const table = new Table();
        for (const changes of history) table.apply(changes);
        const last = history.at(-1) ?? nothing;
        const before = table.rows;
        const again = table.apply(last);
        expect(again.write).toEqual([]);
        expect(table.rows).toEqual(before);
      }),
    );
  });

  it('never has two rows for one transaction, and never gives an id to another', () => {
    fc.assert(
      fc.property(updates(), (history) => {
        const table = new Table();
        const first = new Map<string, string>();
        for (const changes of history) {
          table.apply(changes);
          for (const { transaction_id, provider_transaction_id } of table.rows) {
            const name = provider_transaction_id.slice(1);
            expect(first.get(transaction_id) ?? name).toBe(name);
            first.set(transaction_id, name);
          }
          const names = table.visible().map((row) => row.provider_transaction_id.slice(1));
          expect(new Set(names).size).toBe(names.length);
        }
      }),
    );
  });

  /** A bank's updates: each purchase is pending (p…), then posted (t…), then maybe changed or withdrawn, in that order. */
  function updates(): fc.Arbitrary<Changes[]> {
    const life = fc.constantFrom<('pending' | 'posted' | 'changed' | 'withdrawn')[]>(
      ['pending', 'posted'],
      ['pending', 'posted', 'changed'],
      ['pending', 'posted', 'withdrawn'],
      ['posted', 'changed'],
      ['pending', 'withdrawn'],
    );
    return fc.array(life, { minLength: 1, maxLength: 6 }).map((lives) => {
      const rounds = Math.max(...lives.map((each) => each.length));
      return Array.from({ length: rounds }, (_, round) => {
        const changes = { added: [], modified: [], removed: [] } as Changes & {
          [List in keyof Changes]: Changes[List][number][];
        };
        lives.forEach((each, index) => {
          const wasPending = each[0] === 'pending';
          const from = wasPending ? { pending_provider_transaction_id: `p${index}` } : {};
          const step = each[round];
          if (step === 'pending') changes.added.push(received(`p${index}`, { pending: true }));
          if (step === 'posted') {
            changes.added.push(received(`t${index}`, from));
            if (wasPending) changes.removed.push(`p${index}`);
          }
          if (step === 'changed')
            changes.modified.push(received(`t${index}`, { ...from, amount_minor: -7n }));
          if (step === 'withdrawn') changes.removed.push(each.includes('posted') ? `t${index}` : `p${index}`);
        });
        return changes;
      });
    });
  }
});
