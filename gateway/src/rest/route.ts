import { fault } from '@florin/faults';

/** What a request below `/v1` is for. */
export type Route =
  | { kind: 'tool'; name: string; methods: readonly string[] }
  | { kind: 'resource'; query: string; methods: readonly string[] };

/**
 * @param url of the request, from below `/v1`
 * @returns undefined where nothing is served
 */
export function routeOf(url: string): Route | undefined {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path === '/resources') {
    const query = end < 0 ? '' : url.slice(end + 1);
    return { kind: 'resource', query, methods: ['GET', 'HEAD'] };
  }
  const [, encoded] = /^\/tools\/([^/]{1,200})$/.exec(path) ?? [];
  return encoded === undefined ? undefined : { kind: 'tool', name: decode(encoded), methods: ['POST'] };
}

const URI_MAX = 4_096;

/**
 * The URI of the resource that is read.
 *
 * @throws Fault INVALID_ARGUMENT
 */
export function uriOf(query: string): string {
  const given = new URLSearchParams(query);
  // What stands after an & that was not encoded would be cut off from the URI, and another thing be read than was asked for.
  if ([...given.keys()].some((name) => name !== 'uri')) {
    throw fault('INVALID_ARGUMENT', 'Send uri alone, percent-encoded: its own ? and & become %3F and %26.');
  }
  const [uri = '', ...more] = given.getAll('uri');
  if (uri !== '' && uri.length <= URI_MAX && more.length === 0) return uri;
  throw fault('INVALID_ARGUMENT', `Send one uri of 1 to ${URI_MAX} characters: ?uri=mesh%3A%2F%2Fstatus`);
}

/** No tool has a name that needs decoding; one that cannot be decoded is none. */
function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
