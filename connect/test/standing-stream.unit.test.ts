import { describe, expect, it } from 'vitest';
import { StandingStream } from '../src/standing-stream.js';

/** A server whose streams the test holds. */
function setUp(status = 200) {
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const signals: (AbortSignal | null | undefined)[] = [];
  const standing = new StandingStream(async (_input, init) => {
    signals.push(init?.signal);
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void streams.push(controller) });
    return new Response(body, { status });
  });
  const open = (session = 'one', more = {}) =>
    standing.fetch('http://server.test/mcp', {
      method: 'GET',
      headers: { accept: 'text/event-stream', 'mcp-session-id': session, ...more },
    });
  return { standing, streams, signals, open };
}

describe('the standing stream', () => {
  it('is lost when it ends or breaks, and not before it was served', async () => {
    const { standing, streams, open } = setUp();
    expect(standing.isLost).toBe(false);
    const ends = await open();
    expect(standing.isLost).toBe(false);
    streams[0]?.enqueue(Buffer.from('data: x\n\n'));
    streams[0]?.close();
    expect(await ends.text()).toBe('data: x\n\n');
    expect(standing.isLost).toBe(true);
    const breaks = await open();
    expect(standing.isLost).toBe(false);
    streams[1]?.error(new Error('broken'));
    await expect(breaks.text()).rejects.toThrow('broken');
    expect(standing.isLost).toBe(true);
  });

  it('is one for a session, and gives way to that of the next', async () => {
    const { streams, signals, open } = setUp();
    await open('one');
    expect((await open('one')).status).toBe(405);
    expect(streams).toHaveLength(1);
    await open('two');
    expect(streams).toHaveLength(2);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  });

  it('is none where the server has none, or a request is resumed', async () => {
    const none = setUp(405);
    expect((await none.open()).status).toBe(405);
    expect(none.standing.isLost).toBe(false);
    const resumed = setUp();
    await resumed.open('one', { 'last-event-id': '7' });
    await resumed.open('one', { 'last-event-id': '8' });
    expect(resumed.streams).toHaveLength(2);
  });
});
