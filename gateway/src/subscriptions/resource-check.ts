import { fault } from '@florin/faults';
import { isSpecType } from '@modelcontextprotocol/server';
import { type Caller, holds } from '../auth/caller.js';
import type { Forward } from '../mcp/forward.js';
import { RequestContext } from '../mcp/request-context.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import { resourceKey } from './resource-key.js';

const CHECK_TIMEOUT_MS = 10_000;

/** Finds out whether there is something that a caller may be told of. */
export interface ResourceCheck {
  /**
   * @returns what events know the resource by
   * @throws Fault UNKNOWN_RESOURCE, INSUFFICIENT_SCOPE
   */
  key(caller: Caller, uri: string): string;
  /**
   * Reads the resource as the caller, through its service: only that knows whose it is.
   *
   * @throws Fault as the service answers, NOT_FOUND for another's
   */
  read(caller: Caller, uri: string, request_id: string): Promise<void>;
}

export function createResourceCheck(options: {
  catalogue: () => MergedCatalogue;
  forward: Forward;
}): ResourceCheck {
  const find = (caller: Caller, uri: string) => {
    const entry = options.catalogue().resource(uri);
    if (entry === undefined) {
      throw fault('UNKNOWN_RESOURCE', `There is no resource of the form ${uri}. List the templates.`);
    }
    if (!holds(caller, entry.scopes)) {
      const text = `${uri} needs the permission ${entry.scopes.join(', ')}. Ask the person to grant it.`;
      throw fault('INSUFFICIENT_SCOPE', text, { details: { required_scopes: entry.scopes } });
    }
    const { provider } = entry;
    return { provider, template: 'template' in entry ? entry.template.uriTemplate : entry.resource.uri };
  };
  return {
    key: (caller, uri) => resourceKey(uri, find(caller, uri).template, caller.user_id),
    async read(caller, uri, request_id) {
      const { provider, template } = find(caller, uri);
      await options.forward(
        {
          kind: 'resource',
          name: uri,
          label: template,
          provider,
          arguments_json: Buffer.alloc(0),
          read_only: true,
          keyed: false,
          signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
        },
        new RequestContext(caller, request_id, ''),
        isSpecType.ReadResourceResult,
      );
    },
  };
}
