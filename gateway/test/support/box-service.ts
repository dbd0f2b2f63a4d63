import { defineResource, type Offer, ownerOf } from '@florin/chassis';
import { fault } from '@florin/faults';
import { z } from 'zod';
import { type ToyDeps, toyOffer } from './toy-service.js';

/** A service whose resources have owners: `<scheme>://{user_id}/boxes` and `<scheme>://{box_id}/content{?page}`. */
export function boxOffer(scheme: string): Offer<ToyDeps> {
  const boxes = defineResource<ToyDeps>()({
    name: 'boxes',
    title: 'Boxes',
    description: 'The boxes of a person.',
    uri: `${scheme}://{user_id}/boxes`,
    scopes: ['profile:read'],
    params: z.strictObject({ user_id: z.string() }),
    output: z.strictObject({ owner: z.string() }),
    read: async ({ user_id }, { actor }) => ({ data: { owner: ownerOf(actor, user_id) } }),
  });
  const content = defineResource<ToyDeps>()({
    name: 'content',
    title: 'Content',
    description: 'What is in a box.',
    uri: `${scheme}://{box_id}/content{?page}`,
    scopes: ['profile:read'],
    params: z.strictObject({ box_id: z.string(), page: z.string().optional() }),
    output: z.strictObject({ box_id: z.string() }),
    async read({ box_id }) {
      if (!box_id.startsWith('own_')) throw fault('NOT_FOUND', 'There is no such box.');
      return { data: { box_id } };
    },
  });
  return { operations: [], resources: [boxes, content], prompts: [] };
}

/** The same with the tools of the toy. */
export function boxOfferWithTools(scheme: string): Offer<ToyDeps> {
  return { ...boxOffer(scheme), operations: toyOffer.operations };
}
