import { describe, expect, it } from 'vitest';
import { describeOffer } from '../../src/index.js';
import { moneyOffer } from '../money-toy.js';

interface Field {
  description?: string;
  examples?: unknown[];
}

describe('the tool of an operation that moves money', () => {
  const [shown] = describeOffer(moneyOffer).tools;
  const { inputSchema, outputSchema, annotations } = shown?.tool ?? {};
  const input = inputSchema as { required: string[]; properties: Record<string, Field> };
  const output = outputSchema as { required: string[]; properties: Record<string, Field> };

  it('says that it takes something away, and that repeating it with its key does no harm', () => {
    expect(annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
  });

  it('demands the key, and says when it is to be a new one', () => {
    expect(input.required).toContain('idempotency_key');
    expect(input.required).not.toContain('approval_id');
    const { description, examples } = input.properties.idempotency_key ?? {};
    expect(description).toContain(
      'Make up a new one, such as a UUID, for each thing that the person asks for',
    );
    expect(description).toContain('send the same one with the same arguments');
    expect(examples).toHaveLength(1);
  });

  it('may answer with nothing but what the person is asked', () => {
    expect(output.required).toEqual(['status']);
    expect(Object.keys(output.properties)).toEqual(
      expect.arrayContaining(['approval', 'next_step', 'replayed', 'receipt_id']),
    );
    expect(JSON.stringify(shown)).not.toContain('$ref');
  });
});
