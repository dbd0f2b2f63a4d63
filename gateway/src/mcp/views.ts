import type { Prompt, Resource, ResourceTemplateType, Tool } from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';
import { type Caller, holds, isSignedIn } from '../auth/caller.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import { readResource, readResourceDescription } from '../operations/read-resource.js';

/** What one caller is shown: the lists as MCP has them, built once for all who may see the same. */
export interface View {
  tools: Tool[];
  resources: Resource[];
  templates: ResourceTemplateType[];
  prompts: Prompt[];
}

/** More sets of scopes than that are not in use at once. */
const VIEWS_MAX = 256;

export type ViewOf = (catalogue: MergedCatalogue, caller: Caller) => View;

export function createViews(): ViewOf {
  // A merged catalogue is replaced, never changed, and takes its views with it.
  const views = new WeakMap<MergedCatalogue, LRUCache<string, View>>();
  return (catalogue, caller) => {
    const ofCatalogue = views.get(catalogue) ?? new LRUCache<string, View>({ max: VIEWS_MAX });
    views.set(catalogue, ofCatalogue);
    const view = ofCatalogue.get(caller.view) ?? buildView(catalogue, caller);
    ofCatalogue.set(caller.view, view);
    return view;
  };
}

function buildView(catalogue: MergedCatalogue, caller: Caller): View {
  const visible = ({ scopes }: { scopes: readonly string[] }) => isSignedIn(caller) && holds(caller, scopes);
  const resources = catalogue.resources.filter(visible).map(({ resource }) => resource);
  const templates = catalogue.templates.filter(visible).map(({ template }) => template);
  const uris = [...resources.map(({ uri }) => uri), ...templates.map(({ uriTemplate }) => uriTemplate)];
  const tools = catalogue.tools
    .filter((entry) => entry.public || visible(entry))
    .map(({ tool }) =>
      tool.name === readResource.name ? { ...tool, description: readResourceDescription(uris) } : tool,
    );
  return {
    tools,
    resources,
    templates,
    prompts: catalogue.prompts.filter(visible).map(({ prompt }) => prompt),
  };
}
