import { describe, expect, it, vi } from 'vitest';
import { KnownRevocations, type Revocation } from '../src/index.js';

const session = { id: 'ses_1', changed_at_ms: 0 };
const key = (changed_at_ms: number) => ({ id: 'key_1', changed_at_ms });
const revoked = { reason: 'INVALID_TOKEN' };

function knowing(...revocations: Revocation[]) {
  const load = vi.fn(async () => revocations);
  return { known: new KnownRevocations(load), load };
}

// proves: revoked-within-a-second
describe('what is known of revocations', () => {
  it('refuses a token as soon as one of its grounds has changed since it was made', async () => {
    const { known } = knowing();
    await known.check([session, key(5)]);
    known.learn([key(6)]);
    await expect(known.check([session, key(5)])).rejects.toMatchObject(revoked);
    await known.check([session, key(6)]);
    known.learn([{ ...session, changed_at_ms: 1 }]);
    await expect(known.check([session])).rejects.toMatchObject(revoked);
  });

  it('never forgets a later change for an earlier one that arrives after it', async () => {
    const { known } = knowing();
    known.learn([key(6), key(5)]);
    await expect(known.check([key(5)])).rejects.toMatchObject(revoked);
  });

  it('asks for what it may have missed before it vouches for anything, once for all who wait', async () => {
    const { known, load } = knowing(key(6));
    const checks = [key(5), key(5)].map((ground) => known.check([ground]));
    for (const check of checks) await expect(check).rejects.toMatchObject(revoked);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('asks again when nothing was heard for most of a second, and not while it hears', async () => {
    vi.useFakeTimers();
    try {
      const { known, load } = knowing();
      await known.check([session]);
      for (let heartbeat = 0; heartbeat < 8; heartbeat += 1) {
        vi.advanceTimersByTime(250);
        known.isComplete();
        await known.check([session]);
      }
      expect(load).toHaveBeenCalledTimes(1);
      vi.advanceTimersByTime(900);
      await known.check([session]);
      expect(load).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('vouches for nothing while nobody can be asked, and says that this may pass', async () => {
    const known = new KnownRevocations(async () => {
      throw new Error('identity is down');
    });
    await expect(known.check([session])).rejects.toMatchObject({ reason: 'UNAVAILABLE', retryable: true });
    await known.check([]);
  });
});
