import type { Call } from './endpoint.js';
import { missing } from './errors.js';
import { within } from './form.js';
import type { Kind, Kinds, Row } from './store.js';

const DEFAULT_LIMIT = 10;

interface Paging {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?: Parameters<typeof within>[1];
}

/** A page of what the account has, newest first: https://docs.stripe.com/api/pagination */
export function listOf<K extends Kind>(
  { world, account }: Call,
  kind: K,
  url: string,
  paging: Paging,
  wanted: (object: Kinds[K], row: Row<K>) => boolean = () => true,
) {
  const rows = world.store
    .newest(kind)
    .filter((row) => row.account === account && !row.hidden.deleted)
    .filter((row) => within(createdOf(row.object), paging.created))
    .filter((row) => wanted(row.object, row));
  return page(
    rows.map((row) => row.object as Kinds[K] & { id: string }),
    url,
    paging,
  );
}

/** "Each list API method uses the starting_after and ending_before parameters", with an object's id as the cursor. */
export function page<Item extends { id: string }>(items: readonly Item[], url: string, paging: Paging) {
  const limit = paging.limit ?? DEFAULT_LIMIT;
  if (paging.ending_before !== undefined) {
    const end = position(items, paging.ending_before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url };
  }
  const start =
    paging.starting_after === undefined ? 0 : position(items, paging.starting_after, 'starting_after') + 1;
  return {
    object: 'list',
    data: items.slice(start, start + limit),
    has_more: items.length > start + limit,
    url,
  };
}

function position(items: readonly { id: string }[], id: string, param: string): number {
  const index = items.findIndex((each) => each.id === id);
  if (index === -1) throw missing('object', id, param, 400);
  return index;
}

function createdOf(object: object): number {
  return 'created' in object && typeof object.created === 'number' ? object.created : 0;
}
