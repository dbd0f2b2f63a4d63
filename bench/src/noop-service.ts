import { type Catalogue, createCapabilities, startGrpcServer } from '@florin/chassis';
import { florin } from '@florin/proto';

/** Of the many, the one that is called. */
export const NOOP_TOOL = 'noop_000';

/** As large as tools are that do something. */
export function noopTools(count: number): Catalogue['tools'] {
  return Array.from({ length: count }, (_, index) => {
    const title = `No-op ${index}`;
    return {
      tool: {
        name: `noop_${String(index).padStart(3, '0')}`,
        title,
        description:
          'Does nothing, and says that it is done. What it takes is looked at by nobody; it stands here so that the list of ' +
          'tools is as long as that of tools which do something.',
        inputSchema: {
          type: 'object',
          properties: {
            note: { type: 'string', maxLength: 100, description: 'What nobody will read.' },
            amount: { type: 'string', description: 'A decimal, such as 12.34.', examples: ['12.34'] },
          },
          additionalProperties: false,
        },
        outputSchema: { type: 'object', properties: { done: { type: 'boolean' } }, required: ['done'] },
        annotations: {
          title,
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      },
      scopes: [],
      public: false,
    };
  });
}

/** A service behind the gateway whose tools do nothing: what a call costs is what brings it here and back. */
export async function serveNoopService(count: number): Promise<void> {
  const catalogue = { tools: noopTools(count), resources: [], resource_templates: [], prompts: [] };
  const door = { isReadOnly: () => true, call: async () => '{"done":true}' };
  const { handlers } = createCapabilities(door, catalogue, { name: 'noop', version: '1', mode: '' });
  const definition = florin.mesh.v1.Capabilities.service;
  const services = [{ definition, handlers }];
  const { port } = await startGrpcServer({ host: '127.0.0.1', port: 0, services });
  process.send?.(port);
}
