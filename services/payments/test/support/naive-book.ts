import type { Command } from '../../src/domain/ledger/ledger.js';

/** The book as a list of what is held and what is reserved, told by words rather than by sides. */
export class NaiveBook {
  held = new Map([
    ['bank', 10n ** 6n],
    ['a', 100n],
    ['b', 0n],
  ]);
  holds = new Map<string, { from: string; to: string; left: bigint }>();
  done = new Map<string, { from: string; to: string; amount: bigint }>();

  available(id: string): bigint {
    const reserved = [...this.holds.values()].filter(({ from }) => from === id);
    return reserved.reduce((sum, { left }) => sum - left, this.held.get(id) ?? 0n);
  }

  private shift(from: string, to: string, amount: bigint): void {
    this.held.set(from, (this.held.get(from) ?? 0n) - amount);
    this.held.set(to, (this.held.get(to) ?? 0n) + amount);
  }

  private canGive(id: string, amount: bigint): boolean {
    return id === 'bank' || this.available(id) >= amount;
  }

  /** @returns whether it was done */
  do(command: Command): boolean {
    switch (command.kind) {
      case 'single':
      case 'pending': {
        const { transfer_id, debit_account_id: from, credit_account_id: to, amount_minor: amount } = command;
        if (from === to || amount <= 0n || !this.canGive(from, amount)) return false;
        if (command.kind === 'pending') this.holds.set(transfer_id, { from, to, left: amount });
        else {
          this.shift(from, to, amount);
          this.done.set(transfer_id, { from, to, amount });
        }
        return true;
      }
      case 'post': {
        const hold = this.holds.get(command.pending_id);
        if (hold === undefined || command.amount_minor <= 0n || command.amount_minor > hold.left)
          return false;
        this.holds.delete(command.pending_id);
        this.shift(hold.from, hold.to, command.amount_minor);
        this.done.set(command.transfer_id, { ...hold, amount: command.amount_minor });
        return true;
      }
      case 'void':
        return this.holds.delete(command.pending_id);
      case 'reversal': {
        const first = this.done.get(command.reverses_id);
        if (first === undefined || !this.canGive(first.to, first.amount)) return false;
        this.done.delete(command.reverses_id);
        this.shift(first.to, first.from, first.amount);
        return true;
      }
    }
  }
}
