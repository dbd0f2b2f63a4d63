import { describe, expect, it } from 'vitest';
import { createTurns } from '../../src/agents/turns.js';

/** Work that ends when it is told to. */
function held() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

describe('turns', () => {
  it('run the work of one key one after the other, in the order in which it came, after a failure too', async () => {
    const inTurn = createTurns();
    const first = held();
    const order: string[] = [];
    const failing = inTurn('agt_1', async () => {
      await first.ended;
      order.push('first');
      throw new Error('failed');
    });
    const second = inTurn('agt_1', async () => order.push('second'));
    const other = await inTurn('agt_2', async () => order.push('other'));
    expect(other).toBe(1);
    first.end();
    await expect(failing).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['other', 'first', 'second']);
  });
});
