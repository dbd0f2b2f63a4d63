import { fault } from '@florin/faults';
import { isSpecType } from '@modelcontextprotocol/server';
import type { Forward } from '../mcp/forward.js';
import type { Mesh } from '../mesh/mesh.js';
import type { RestAnswer, RestCall } from './endpoint.js';

/**
 * Reads a resource. What it shows is the body, in its own media type; when it last changed stands in `Last-Modified`.
 *
 * @throws Fault
 */
export async function readResource(
  uri: string,
  { context, signal }: RestCall,
  { mesh, forward }: { mesh: Mesh; forward: Forward },
): Promise<RestAnswer> {
  const entry = mesh.catalogue.resource(uri);
  if (entry === undefined) {
    throw fault('UNKNOWN_RESOURCE', 'There is no resource of that form. /openapi.json lists the templates.');
  }
  const { value } = await forward(
    {
      kind: 'resource',
      name: uri,
      label: 'template' in entry ? entry.template.uriTemplate : entry.resource.uri,
      provider: entry.provider,
      arguments_json: Buffer.alloc(0),
      read_only: true,
      keyed: false,
      signal,
    },
    context,
    isSpecType.ReadResourceResult,
  );
  const [content] = value.contents;
  if (content === undefined) throw fault('NOT_FOUND', 'This resource shows nothing.');
  return {
    status: 200,
    headers: { ...typeHeaders(content.mimeType), ...lastModified(content._meta?.lastModified) },
    body: 'text' in content ? content.text : Buffer.from(content.blob, 'base64'),
  };
}

/** A service may show anything: what is not JSON is saved, never shown as a page of this origin. */
function typeHeaders(type = 'application/octet-stream'): Record<string, string> {
  if (type === 'application/json') return { 'content-type': type };
  const safe = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : 'application/octet-stream';
  return { 'content-type': safe, 'content-disposition': 'attachment' };
}

/** RFC 9110, section 8.8.2: whole seconds, as HTTP writes dates. */
function lastModified(at: unknown): Record<string, string> {
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(time) ? {} : { 'last-modified': new Date(time).toUTCString() };
}
