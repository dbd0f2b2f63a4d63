import { type Clock, describeOffer, type Logger } from '@florin/chassis';
import { asFault, fault, invalidArgument } from '@florin/faults';
import type { MeshCall, Provider } from './mesh/call.js';
import { type ProviderCatalogue, parseCatalogue } from './mesh/catalogue.js';
import type { Mesh } from './mesh/mesh.js';
import { unreadable } from './mesh/outcome.js';
import type { MeshStatus } from './mesh-status.js';
import { operations } from './operations/index.js';
import type { OwnDeps, ResourceReading } from './operations/own-operation.js';

export const OWN_NAME = 'gateway';
export const STATUS_URI = 'mesh://status';

interface OwnOptions {
  /** Asked for when a call is made: the mesh and this provider need each other. */
  mesh: () => Mesh;
  status: () => MeshStatus;
  now: Clock;
  logger: Logger;
}

/** The gateway as one more provider: its own operations, and `mesh://status`. */
export function createOwnProvider(options: OwnOptions): Provider & { catalogue: ProviderCatalogue } {
  const { status } = options;

  async function call(request: MeshCall): Promise<string> {
    if (request.kind === 'tool') return JSON.stringify(await runOperation(request, options));
    if (request.kind === 'resource' && request.name === STATUS_URI) return statusContents(status());
    if (request.kind === 'completion') return JSON.stringify({ completion: { values: [], hasMore: false } });
    throw fault('NOT_FOUND', 'There is no such thing at the gateway.');
  }

  return {
    name: OWN_NAME,
    catalogue: ownCatalogue(),
    async call(request) {
      try {
        return Buffer.from(await call(request));
      } catch (error) {
        throw asFault(error);
      }
    },
  };
}

/** In the form that services send theirs, and read as theirs is: what is ours gets no other treatment. */
function ownCatalogue(): ProviderCatalogue {
  const offered = describeOffer({ operations, resources: [], prompts: [] });
  const resource = {
    uri: STATUS_URI,
    name: 'mesh_status',
    title: 'Status of Florin',
    description: 'Which services run, since when, in which mode and version, and the limits of every call.',
    mimeType: 'application/json',
    annotations: { audience: ['user', 'assistant'] },
  };
  return parseCatalogue(
    Buffer.from(
      JSON.stringify({
        ...offered,
        tools: offered.tools.map((entry) => ({ ...entry, public: false })),
        resources: [{ resource, scopes: [] }],
      }),
    ),
  );
}

function statusContents(status: MeshStatus): string {
  const text = JSON.stringify(status);
  return JSON.stringify({ contents: [{ uri: STATUS_URI, mimeType: 'application/json', text }] });
}

async function runOperation(request: MeshCall, { mesh, status, now, logger }: OwnOptions): Promise<unknown> {
  const operation = operations.find(({ name }) => name === request.name);
  if (operation === undefined) throw fault('UNKNOWN_TOOL', 'There is no such tool.');
  const parsed = operation.input.safeParse(JSON.parse(request.arguments_json.toString('utf8')));
  if (!parsed.success) throw invalidArgument(parsed.error.issues, operation.input);
  const deps: OwnDeps = { status, readResource: (uri) => readAs(request, mesh(), uri) };
  const { request_id, signal, traceparent } = request;
  const context = { deps, now: now(), request_id, signal, traceparent, logger, progress() {} };
  return operation.run(parsed.data, context);
}

/** Reads a resource with the rights of whoever made the call. */
async function readAs(call: MeshCall, mesh: Mesh, uri: string): Promise<ResourceReading> {
  const entry = mesh.catalogue.resource(uri);
  if (entry === undefined) {
    throw fault(
      'UNKNOWN_RESOURCE',
      'There is no resource of that form. The description of read_resource lists the templates.',
    );
  }
  const reading: MeshCall = {
    ...call,
    kind: 'resource',
    name: uri,
    arguments_json: Buffer.alloc(0),
    on_progress: undefined,
  };
  const result = await mesh.provider(entry.provider).call(reading);
  try {
    const [content] = JSON.parse(result.toString('utf8')).contents;
    const last_modified: unknown = content._meta?.lastModified;
    return {
      uri,
      data: JSON.parse(content.text),
      ...(typeof last_modified === 'string' && { last_modified }),
    };
  } catch (error) {
    throw unreadable(reading, entry.provider, error);
  }
}
