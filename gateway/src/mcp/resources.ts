import { asFault, fault } from '@florin/faults';
import { isSpecType, type Server } from '@modelcontextprotocol/server';
import { pageOf } from './page-of.js';
import { toProtocolError } from './rpc-error.js';
import type { Serving } from './server.js';

export function serveResources(server: Server, serving: Serving): void {
  const { context, catalogue, view, forward } = serving;
  serveSubscribing(server, serving);

  server.setRequestHandler('resources/list', ({ params }) => {
    const { items, ...next } = pageOf(view.resources, params, context);
    return { resources: items, ...next };
  });
  server.setRequestHandler('resources/templates/list', ({ params }) => {
    const { items, ...next } = pageOf(view.templates, params, context);
    return { resourceTemplates: items, ...next };
  });

  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
    const entry = catalogue.resource(uri);
    if (entry === undefined) {
      const missing = fault(
        'UNKNOWN_RESOURCE',
        'There is no resource of that form. List the resource templates to see which there are.',
      );
      throw toProtocolError(missing, context.request_id, uri);
    }
    try {
      const { value } = await forward(
        {
          kind: 'resource',
          name: uri,
          label: 'template' in entry ? entry.template.uriTemplate : entry.resource.uri,
          provider: entry.provider,
          arguments_json: Buffer.alloc(0),
          read_only: true,
          keyed: false,
          signal: mcpReq.signal,
        },
        context,
        isSpecType.ReadResourceResult,
      );
      return value;
    } catch (error) {
      throw toProtocolError(asFault(error), context.request_id, uri);
    }
  });
}

/** Since 2026-07-28 clients subscribe by `subscriptions/listen`, which comes another way. */
function serveSubscribing(server: Server, { context, watching }: Serving): void {
  if (watching === undefined) return;
  const { stream_key, request_id } = context;
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
    try {
      await watching.watch(stream_key, uri, request_id);
      return {};
    } catch (error) {
      throw toProtocolError(asFault(error), request_id, uri);
    }
  });
  server.setRequestHandler('resources/unsubscribe', async ({ params: { uri } }) => {
    await watching.unwatch(stream_key, uri);
    return {};
  });
}
