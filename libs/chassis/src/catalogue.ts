import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AnyOperation } from './operation.js';
import type { Prompt } from './prompt.js';
import type { Resource } from './resource.js';
import type { Scope } from './scopes.js';
import { parseUriTemplate } from './uri-template.js';

/** What a service offers, as its index files list it. */
export interface Offer<Deps> {
  operations: readonly AnyOperation<Deps>[];
  resources: readonly Resource<Deps>[];
  prompts: readonly Prompt<Deps>[];
}

type JsonSchema = Record<string, unknown>;

/**
 * What a service shows, ready to be sent to MCP clients: `tool`, `resource`, `template` and `prompt` are the objects that
 * MCP defines, the fields beside them are for the gateway. This is the JSON in `DescribeResponse.catalogue_json`.
 */
export interface Catalogue {
  tools: CatalogueTool[];
  resources: CatalogueResource[];
  resource_templates: CatalogueTemplate[];
  prompts: CataloguePrompt[];
}

export interface CatalogueTool {
  tool: {
    name: string;
    title: string;
    description: string;
    inputSchema: JsonSchema;
    outputSchema: JsonSchema;
    annotations: {
      title: string;
      readOnlyHint: boolean;
      destructiveHint: boolean;
      idempotentHint: boolean;
      openWorldHint: boolean;
    };
  };
  scopes: readonly Scope[];
  public: boolean;
  /** Needed once or never by most: the first to be left out of a list that has to be short. */
  rare?: true;
}

interface Readable {
  name: string;
  title: string;
  description: string;
  mimeType: 'application/json';
  annotations: { audience: ['user', 'assistant'] };
}

export interface CatalogueResource {
  resource: Readable & { uri: string };
  scopes: readonly Scope[];
}

export interface CatalogueTemplate {
  template: Readable & { uriTemplate: string };
  scopes: readonly Scope[];
  /** The variables that complete. */
  completes: string[];
}

export interface CataloguePrompt {
  prompt: {
    name: string;
    title: string;
    description: string;
    arguments: { name: string; description: string; required: boolean }[];
  };
  scopes: readonly Scope[];
  completes: string[];
}

/** Builds the catalogue, each list in the order of names, so that equal offers give equal bytes. */
export function describeOffer<Deps>(offer: Offer<Deps>): Catalogue {
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  const readables = [...offer.resources].sort(byName);
  const isTemplate = (resource: Resource<Deps>) => parseUriTemplate(resource.uri).variables.length > 0;
  return {
    tools: [...offer.operations].sort(byName).map(describeTool),
    resources: readables
      .filter((resource) => !isTemplate(resource))
      .map((resource) => ({
        resource: { uri: resource.uri, ...describeReadable(resource) },
        scopes: resource.scopes,
      })),
    resource_templates: readables.filter(isTemplate).map((resource) => ({
      template: { uriTemplate: resource.uri, ...describeReadable(resource) },
      scopes: resource.scopes,
      completes: Object.keys(resource.complete ?? {}),
    })),
    prompts: [...offer.prompts].sort(byName).map(describePrompt),
  };
}

/** Equal hashes mean equal catalogues. */
export function contentHash(catalogueJson: Buffer): string {
  return createHash('sha256').update(catalogueJson).digest('base64url').slice(0, 22);
}

function describeTool<Deps>(operation: AnyOperation<Deps>): CatalogueTool {
  const { name, title, description, hints, rare } = operation;
  return {
    tool: {
      name,
      title,
      description,
      inputSchema: publish(operation.input, 'input'),
      outputSchema: publish(operation.output, 'output'),
      annotations: {
        title,
        readOnlyHint: hints.readOnly,
        destructiveHint: hints.destructive,
        idempotentHint: hints.idempotent,
        openWorldHint: hints.openWorld,
      },
    },
    scopes: 'scopes' in operation ? operation.scopes : [],
    public: 'public' in operation,
    ...(rare && { rare }),
  };
}

function describeReadable<Deps>({ name, title, description }: Resource<Deps>): Readable {
  return {
    name,
    title,
    description,
    mimeType: 'application/json',
    annotations: { audience: ['user', 'assistant'] },
  };
}

function describePrompt<Deps>(prompt: Prompt<Deps>): CataloguePrompt {
  const { name, title, description, scopes } = prompt;
  const args = Object.entries(prompt.arguments.shape).map(([argument, schema]) => ({
    name: argument,
    description: schema.meta()?.description ?? '',
    required: !schema.safeParse(undefined).success,
  }));
  return {
    prompt: { name, title, description, arguments: args },
    scopes,
    completes: Object.keys(prompt.complete ?? {}),
  };
}

/** JSON Schema 2020-12, without references: several clients mishandle `$ref`. */
function publish(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...published } = z.toJSONSchema(schema, { io, reused: 'inline', cycles: 'throw' });
  return published;
}
