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
  ): Map<string, Provided<Entry>> {
    const byName = new Map<string, Provided<Entry>>();
    for (const { provider, catalogue } of sources) {
      for (const entry of entriesOf(catalogue)) {
        const name = nameOf(entry);
        const first = byName.get(name);
        if (first === undefined) byName.set(name, { ...entry, provider });
        else collisions.push({ kind, name, served_by: first.provider, refused_from: provider });
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
