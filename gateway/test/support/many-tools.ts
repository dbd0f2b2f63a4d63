import { defineOperation, type Offer } from '@florin/chassis';
import { z } from 'zod';
import type { ToyDeps } from './toy-service.js';

/** A service with as many tools as a test wants; every second one only reads. */
export function manyTools(count: number, prefix = 'many'): Offer<ToyDeps> {
  const operations = Array.from({ length: count }, (_, index) =>
    defineOperation<ToyDeps>()({
      name: `${prefix}_${String(index).padStart(3, '0')}`,
      title: `Tool ${index}`,
      description:
        'Does nothing, as the others do: there are many of its kind, and each has a name of its own.',
      scopes: ['profile:read'],
      hints: { readOnly: index % 2 === 0, destructive: false, idempotent: true, openWorld: false },
      input: z.strictObject({ note: z.string().max(100).optional().describe('What nobody will read.') }),
      output: z.strictObject({ done: z.boolean() }),
      run: async () => ({ done: true }),
    }),
  );
  return { operations, resources: [], prompts: [] };
}
