import { createMetrics, createTracing } from '@florin/chassis';
import { describe, expect, it } from 'vitest';
import { anonymousAt } from '../../src/auth/caller.js';
import { createForward, type Target } from '../../src/mcp/forward.js';
import { RequestContext } from '../../src/mcp/request-context.js';

const target: Target = {
  kind: 'tool',
  name: 'add_note',
  label: 'add_note',
  provider: 'notes',
  arguments_json: Buffer.from('{}'),
  read_only: false,
  keyed: false,
  signal: new AbortController().signal,
};
const context = new RequestContext(anonymousAt('192.0.2.1'), 'req-1', '');
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function forward(answer: string, more: Partial<Target> = {}) {
  const metrics = createMetrics('test');
  const mesh = { provider: (name: string) => ({ name, call: async () => Buffer.from(answer) }) };
  const call = createForward({ mesh, calls: metrics.calls, tracing: createTracing('test', undefined) });
  return { answer: call({ ...target, ...more }, context, isObject), metrics };
}

describe('what a service answers', () => {
  it('is handed on as it came', async () => {
    await expect(forward('{"a":1}').answer).resolves.toEqual({ text: '{"a":1}', value: { a: 1 } });
  });

  it.each(['{', '"text"', ''])(
    'that is garbage (%s) names the service, where it only read',
    async (garbage) => {
      await expect(forward(garbage, { read_only: true }).answer).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringContaining('notes answered with something that cannot be read'),
      });
    },
  );

  it('that is garbage leaves the outcome of a write unknown', async () => {
    const { answer, metrics } = forward('{');
    await expect(answer).rejects.toMatchObject({ reason: 'OUTCOME_UNKNOWN' });
    expect(await metrics.registry.metrics()).toContain('outcome="OUTCOME_UNKNOWN"');
  });
});
