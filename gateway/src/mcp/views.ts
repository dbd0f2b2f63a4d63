import type { Prompt, Resource, ResourceTemplateType, Tool } from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';
import { type Caller, holds, isSignedIn, mayUse } from '../auth/caller.js';
import type { ToolEntry } from '../mesh/catalogue.js';
import type { MergedCatalogue, Provided } from '../mesh/merged-catalogue.js';
import { readResource, readResourceDescription } from '../operations/read-resource.js';
import { chooseDefault } from './default-tools.js';
import type { CreateListing, Listing } from './listing.js';
import { orAnError } from './output-or-error.js';
import { isSelected, type Selection } from './selection.js';

/** What one caller is shown: the lists as MCP has them, built once for all who may see the same. */
export interface View {
  tools: Listing<Tool>;
  resources: Listing<Resource>;
  templates: Listing<ResourceTemplateType>;
  prompts: Listing<Prompt>;
}

/** More sets of scopes and toolsets than that are not in use at once. */
const VIEWS_MAX = 256;

export type ViewOf = (catalogue: MergedCatalogue, caller: Caller, selection: Selection) => View;

export function createViews(listing: CreateListing): ViewOf {
  // A merged catalogue is replaced, never changed, and takes its views with it.
  const views = new WeakMap<MergedCatalogue, LRUCache<string, View>>();
  return (catalogue, caller, selection) => {
    const ofCatalogue = views.get(catalogue) ?? new LRUCache<string, View>({ max: VIEWS_MAX });
    views.set(catalogue, ofCatalogue);
    const key = `${caller.view}|${selection.key}`;
    const view = ofCatalogue.get(key) ?? buildView(catalogue, caller, selection, listing);
    ofCatalogue.set(key, view);
    return view;
  };
}

function buildView(
  catalogue: MergedCatalogue,
  caller: Caller,
  selection: Selection,
  listing: CreateListing,
): View {
  const visible = (entry: { scopes: readonly string[]; provider: string }) =>
    isSignedIn(caller) && holds(caller, entry.scopes) && isSelected(selection, entry.provider);
  const resources = catalogue.resources.filter(visible).map(({ resource }) => resource);
  const templates = catalogue.templates.filter(visible).map(({ template }) => template);
  const uris = [...resources.map(({ uri }) => uri), ...templates.map(({ uriTemplate }) => uriTemplate)];
  return {
    tools: listing('tools', listedTools(catalogue, caller, selection, visible).map(describeFor(uris))),
    resources: listing('resources', resources),
    templates: listing('resourceTemplates', templates),
    prompts: listing(
      'prompts',
      catalogue.prompts.filter(visible).map(({ prompt }) => prompt),
    ),
  };
}

function listedTools(
  catalogue: MergedCatalogue,
  caller: Caller,
  selection: Selection,
  visible: (entry: Provided<ToolEntry>) => boolean,
): readonly Provided<ToolEntry>[] {
  const allowed = catalogue.tools.filter(
    (entry) =>
      (visible(entry) || (entry.public && isSelected(selection, entry.provider))) &&
      mayUse(caller, entry.tool.name) &&
      !(selection.read_only && entry.tool.annotations?.readOnlyHint !== true),
  );
  return selection.toolsets === undefined ? chooseDefault(allowed) : allowed;
}

/** The description of the one tool that reads for clients that know tools only names what this caller may read. */
function describeFor(uris: readonly string[]) {
  return ({ tool }: ToolEntry): Tool =>
    orAnError(
      tool.name === readResource.name ? { ...tool, description: readResourceDescription(uris) } : tool,
    );
}
