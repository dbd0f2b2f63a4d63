/** A URI template of the kind that SURFACE uses: `{name}` in the path, one `{?a,b}` at the end (RFC 6570, level 3). */
export interface UriTemplate {
  template: string;
  /** The names of its variables; none for a fixed URI. */
  variables: readonly string[];
  /** The variables' values, decoded; undefined when the URI is none of this template's. */
  match(uri: string): Record<string, string> | undefined;
}

const pathVariable = /\{([a-z_]+)\}/g;
const queryVariables = /\{\?([a-z_,]+)\}$/;

export function parseUriTemplate(template: string): UriTemplate {
  const queryNames = queryVariables.exec(template)?.[1]?.split(',') ?? [];
  const path = template.replace(queryVariables, '');
  const pathNames = [...path.matchAll(pathVariable)].map((match) => match[1] as string);
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = path
    .split(/\{[a-z_]+\}/)
    .map(literal)
    .join('([^/?#]{1,256})');
  const matcher = new RegExp(`^${pattern}(?:\\?([^#]{0,2048}))?$`);

  return {
    template,
    variables: [...pathNames, ...queryNames],
    match(uri) {
      const found = matcher.exec(uri);
      if (found === null) return undefined;
      const query = found[pathNames.length + 1];
      if (query !== undefined && queryNames.length === 0) return undefined;
      const values = pathNames.map((name, index) => [name, decode(found[index + 1] ?? '')] as const);
      // Unknown names are kept: the resource's schema refuses them by name, as it does those of a tool.
      return Object.fromEntries([...values, ...new URLSearchParams(query ?? '')]);
    },
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray "%" is no encoding; the schema of the variable says what is wrong with it.
    return text;
  }
}
