/**
 * What a URI is known by in events: with the caller's id where it says `me`, and without what filters it. Services name
 * resources by ids and whole; a client may have subscribed to one month of them.
 *
 * @param uriTemplate the template that the URI matches, or the URI itself where it is fixed
 */
export function resourceKey(uri: string, uriTemplate: string, user_id: string): string {
  const variables = uriTemplate.replace(/\{\?[^}]*\}$/, '').split('/');
  return withoutQuery(uri)
    .split('/')
    .map((part, index) => {
      const value = decoded(part);
      return value === 'me' && variables[index] === '{user_id}' ? user_id : value;
    })
    .join('/');
}

/** Services read `m%65` as `me`, and name things by ids that need no encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function withoutQuery(uri: string): string {
  return uri.split('?', 1)[0] ?? uri;
}
