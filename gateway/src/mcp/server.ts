import { Server } from '@modelcontextprotocol/server';
import { isSignedIn } from '../auth/caller.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { Approvals } from './approvals/approvals.js';
import { serveCompletions } from './completions.js';
import type { Fixtures } from './fixtures.js';
import type { Forward } from './forward.js';
import { instructions } from './instructions.js';
import { servePrompts } from './prompts.js';
import type { RequestContext } from './request-context.js';
import { serveResources } from './resources.js';
import type { StandingStreams } from './standing-streams.js';
import { serveTools } from './tools.js';
import type { View } from './views.js';

/** What the methods of one request work with. */
export interface Serving {
  context: RequestContext;
  catalogue: MergedCatalogue;
  /** What this caller is shown. */
  view: View;
  forward: Forward;
  approvals: Approvals;
  fixtures?: Fixtures | undefined;
  /** What tells a client of the 2025 revisions of the resources that it subscribes to. */
  watching?: Pick<StandingStreams, 'watch' | 'unwatch'>;
}

const capabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: { listChanged: true },
  completions: {},
};
/** Public operations are tools, and nobody who did not sign in has a stream. */
const publicCapabilities = { tools: {} };

/** Who does not listen for changes asks again after a minute. Lists are the caller's own: private. */
export const listHint = { ttlMs: 60_000, cacheScope: 'private' } as const;

/** Who answers, as clients show it. */
export function serverInfo(version: string) {
  return { name: 'florin', title: 'Florin', version };
}

/**
 * The MCP server of one request. The SDK's low-level one: its high-level one turns every tool's schema into JSON Schema
 * again for each request, which for 60 tools costs ten times the call.
 */
export function createServer(version: string, serving: Serving): Server {
  const signed_in = isSignedIn(serving.context.caller);
  const server = new Server(serverInfo(version), {
    capabilities: signed_in ? capabilities : publicCapabilities,
    instructions,
    cacheHints: {
      'tools/list': listHint,
      'resources/list': listHint,
      'resources/templates/list': listHint,
      'prompts/list': listHint,
      'server/discover': listHint,
      'resources/read': { ttlMs: 0, cacheScope: 'private' },
    },
  });
  serveTools(server, serving);
  if (!signed_in) return server;
  serveResources(server, serving);
  servePrompts(server, serving);
  serveCompletions(server, serving);
  return server;
}
