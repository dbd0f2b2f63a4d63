import { invalid } from './errors.js';
import type { Store } from './store.js';

const MAX_DEPTH = 4;

/** Puts objects in the place of their ids: https://docs.stripe.com/api/expanding_objects */
export function expanded(store: Store, answer: object, paths: readonly string[]): object {
  if (paths.length === 0) return answer;
  const copy = structuredClone(answer);
  for (const path of paths) {
    const names = path.split('.');
    const depth = names[0] === 'data' ? names.length - 1 : names.length;
    if (depth > MAX_DEPTH) {
      throw invalid('You cannot expand more than 4 levels of a property', { param: 'expand' });
    }
    expandPath(store, copy, names, path);
  }
  return copy;
}

function expandPath(store: Store, target: unknown, names: readonly string[], path: string): void {
  const [name, ...rest] = names;
  if (name === undefined || target === null || typeof target !== 'object') return;
  if (Array.isArray(target)) {
    for (const each of target) expandPath(store, each, names, path);
    return;
  }
  const holder = target as Record<string, unknown>;
  if (!(name in holder)) {
    if (!includable(store, holder, name)) {
      throw invalid(
        `This property cannot be expanded (${name}). You may want to try expanding 'data.${path}' if you are calling a list endpoint.`,
        { param: 'expand[0]' },
      );
    }
  } else if (typeof holder[name] === 'string') {
    const row = store.any(holder[name]);
    if (!row) throw invalid(`This property cannot be expanded (${name}).`, { param: 'expand[0]' });
    holder[name] = structuredClone(row.object);
  }
  expandPath(store, holder[name], rest, path);
}

/** Lists that are shown only where they are asked for. */
function includable(store: Store, holder: Record<string, unknown>, name: string): boolean {
  if (holder.object !== 'charge' || name !== 'refunds') return false;
  const refunds = store.newest('refund').filter(({ object }) => object.charge === holder.id);
  holder.refunds = {
    object: 'list',
    data: refunds.map(({ object }) => structuredClone(object)),
    has_more: false,
    url: `/v1/charges/${String(holder.id)}/refunds`,
  };
  return true;
}
