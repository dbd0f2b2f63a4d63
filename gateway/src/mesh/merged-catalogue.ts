import { parseUriTemplate } from '@florin/chassis';
import type { PromptEntry, ProviderCatalogue, ResourceEntry, TemplateEntry, ToolEntry } from './catalogue.js';

export interface Source {
  /** The name of the provider. */
  provider: string;
  catalogue: ProviderCatalogue;
}

/** Two providers show the same thing: the first in the configuration is served, the other's is refused. */
export interface Collision {
  kind: 'tool' | 'resource' | 'prompt';
  name: string;
  served_by: string;
  refused_from: string;
}

/** An entry, and who provides it. */
export type Provided<Entry> = Entry & { provider: string };

export interface MergedCatalogue {
  /** In the order of the sources, each source's own order kept: equal sources give equal lists. */
  tools: readonly Provided<ToolEntry>[];
  resources: readonly Provided<ResourceEntry>[];
  templates: readonly Provided<TemplateEntry>[];
  prompts: readonly Provided<PromptEntry>[];
  collisions: readonly Collision[];
  tool(name: string): Provided<ToolEntry> | undefined;
  /** By a URI that is read: a fixed one first, then the first template that matches. */
  resource(uri: string): Provided<ResourceEntry | TemplateEntry> | undefined;
  /** By the template itself, as a completion names it. */
  template(uriTemplate: string): Provided<TemplateEntry> | undefined;
  prompt(name: string): Provided<PromptEntry> | undefined;
}

/** Merges what all providers show. */
export function mergeCatalogues(sources: readonly Source[]): MergedCatalogue {
  const collisions: Collision[] = [];

  function merge<Entry>(
    kind: Collision['kind'],
    entriesOf: (catalogue: ProviderCatalogue) => readonly Entry[],
    nameOf: (entry: Entry) => string,
    /** Equal for names that mean the same. */
    keyOf = (name: string) => name,
  ): Map<string, Provided<Entry>> {
    const byName = new Map<string, Provided<Entry>>();
    const byKey = new Map<string, string>();
    for (const { provider, catalogue } of sources) {
      for (const entry of entriesOf(catalogue)) {
        const name = nameOf(entry);
        const served_by = byKey.get(keyOf(name));
        if (served_by !== undefined) collisions.push({ kind, name, served_by, refused_from: provider });
        else {
          byName.set(name, { ...entry, provider });
          byKey.set(keyOf(name), provider);
        }
      }
    }
    return byName;
  }

  const tools = merge(
    'tool',
    ({ tools }) => tools,
    ({ tool }) => tool.name,
  );
  const resources = merge(
    'resource',
    ({ resources }) => resources,
    ({ resource }) => resource.uri,
  );
  const templates = merge(
    'resource',
    ({ resource_templates }) => resource_templates,
    ({ template }) => template.uriTemplate,
    shapeOf,
  );
  const prompts = merge(
    'prompt',
    ({ prompts }) => prompts,
    ({ prompt }) => prompt.name,
  );
  const matchers = [...templates.values()].map((entry) => ({
    entry,
    matches: parseUriTemplate(entry.template.uriTemplate).match,
  }));
  const order = new Map(sources.map(({ provider }, index) => [provider, index]));
  for (const [uri, { provider }] of resources) {
    const first = matchers.find(({ matches }) => matches(uri) !== undefined)?.entry.provider;
    // A fixed URI is looked for before templates: a service that comes later would take another's over.
    if (first === undefined || (order.get(first) ?? 0) >= (order.get(provider) ?? 0)) continue;
    resources.delete(uri);
    collisions.push({ kind: 'resource', name: uri, served_by: first, refused_from: provider });
  }

  return {
    tools: [...tools.values()],
    resources: [...resources.values()],
    templates: [...templates.values()],
    prompts: [...prompts.values()],
    collisions,
    tool: (name) => tools.get(name),
    resource: (uri) =>
      resources.get(uri) ?? matchers.find(({ matches }) => matches(uri) !== undefined)?.entry,
    template: (uriTemplate) => templates.get(uriTemplate),
    prompt: (name) => prompts.get(name),
  };
}

/** What templates that match the same URIs have in common: what their variables are called does not matter. */
function shapeOf(uriTemplate: string): string {
  return uriTemplate.replace(/\{\?[^}]*\}$/, '').replace(/\{[^}]*\}/g, '{}');
}
