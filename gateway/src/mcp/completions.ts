import { asFault, fault } from '@florin/faults';
import { isSpecType, type Server } from '@modelcontextprotocol/server';
import { toProtocolError } from './rpc-error.js';
import type { Serving } from './server.js';

export function serveCompletions(server: Server, { context, catalogue, forward }: Serving): void {
  server.setRequestHandler('completion/complete', async ({ params }, { mcpReq }) => {
    const { ref } = params;
    const name = ref.type === 'ref/prompt' ? ref.name : ref.uri;
    const entry = ref.type === 'ref/prompt' ? catalogue.prompt(name) : catalogue.template(name);
    if (entry === undefined) {
      const missing = fault('NOT_FOUND', 'There is no such prompt or resource template to complete.');
      throw toProtocolError(missing, context.request_id);
    }
    // What the service does not complete has no suggestions: no need to ask it.
    if (!entry.completes.includes(params.argument.name))
      return { completion: { values: [], hasMore: false } };
    try {
      const { value } = await forward(
        {
          kind: 'completion',
          name,
          label: name,
          provider: entry.provider,
          arguments_json: Buffer.from(JSON.stringify(params)),
          read_only: true,
          keyed: false,
          signal: mcpReq.signal,
        },
        context,
        isSpecType.CompleteResult,
      );
      return value;
    } catch (error) {
      throw toProtocolError(asFault(error), context.request_id);
    }
  });
}
