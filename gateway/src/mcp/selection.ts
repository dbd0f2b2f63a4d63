import { fault } from '@florin/faults';
import { INVALID_REQUEST } from '@modelcontextprotocol/server';
import type { Refusal } from './rpc-error.js';

/** What a client asked to be served, by the address that it connected to. */
export interface Selection {
  /** The services whose tools, resources and prompts are served; undefined where the client did not choose. */
  toolsets: ReadonlySet<string> | 'all' | undefined;
  /** Whether nothing but reading is allowed. */
  read_only: boolean;
  /** Equal for equal selections. */
  key: string;
}

/** Of a client that asked for nothing in particular. */
export const unselected: Selection = { toolsets: undefined, read_only: false, key: '' };

/**
 * Reads `?toolsets=banking,payments` (or `all`) and `?access=read`. A name that is wrong is refused: left out in silence, a
 * client would be without its tools, or with more rights than it was to have.
 *
 * @param url of the request: the path and the query
 * @param services every name that there is
 */
export function parseSelection(url: string, services: readonly string[]): Selection | Refusal {
  const query = url.indexOf('?');
  if (query < 0) return unselected;
  const parameters = new URLSearchParams(url.slice(query));
  const access = parameters.get('access');
  if (access !== null && access !== 'read') return refusal('access can only be "read", or left out.');
  const named = parameters.get('toolsets');
  const names = named?.split(',').map((name) => name.trim());
  const unknown = names?.filter((name) => name !== 'all' && !services.includes(name)) ?? [];
  if (unknown.length > 0) {
    return refusal(`There is no toolset ${unknown.join(', ')}. There are: all, ${services.join(', ')}.`);
  }
  const read_only = access === 'read';
  const toolsets = names?.includes('all') ? 'all' : names && new Set(names.sort());
  const key = `${toolsets === undefined || toolsets === 'all' ? (toolsets ?? '') : [...toolsets].join(',')}${read_only ? ' read' : ''}`;
  return { toolsets, read_only, key };
}

/** Whether what a service provides is among what the client chose; the gateway's own always is. */
export function isSelected({ toolsets }: Selection, provider: string): boolean {
  return toolsets === undefined || toolsets === 'all' || toolsets.has(provider) || provider === 'gateway';
}

function refusal(text: string): Refusal {
  return { status: 400, code: INVALID_REQUEST, fault: fault('INVALID_ARGUMENT', text) };
}
