import { asFault, fault } from '@florin/faults';
import { isSpecType, type Server } from '@modelcontextprotocol/server';
import { pageOf } from './page-of.js';
import { toProtocolError } from './rpc-error.js';
import type { Serving } from './server.js';

export function servePrompts(server: Server, { context, catalogue, view, forward, fixtures }: Serving): void {
  server.setRequestHandler('prompts/list', ({ params }) => {
    const { items, ...next } = pageOf(view.prompts, params, context);
    return { prompts: items, ...next };
  });

  server.setRequestHandler('prompts/get', async ({ params }, sdkContext) => {
    const { mcpReq } = sdkContext;
    const fixture = fixtures?.prompts.get(params.name);
    if (fixture !== undefined) return fixture(params, sdkContext);
    const entry = catalogue.prompt(params.name);
    if (entry === undefined) {
      const missing = fault('UNKNOWN_PROMPT', `There is no prompt ${params.name} here. List the prompts.`);
      throw toProtocolError(missing, context.request_id);
    }
    try {
      const { value } = await forward(
        {
          kind: 'prompt',
          name: params.name,
          label: params.name,
          provider: entry.provider,
          arguments_json: Buffer.from(JSON.stringify(params.arguments ?? {})),
          read_only: true,
          keyed: false,
          signal: mcpReq.signal,
        },
        context,
        isSpecType.GetPromptResult,
      );
      return value;
    } catch (error) {
      throw toProtocolError(asFault(error), context.request_id);
    }
  });
}
