import { parseUriTemplate } from '@florin/chassis';
import {
  isSpecType,
  type Prompt,
  type Resource,
  type ResourceTemplateType,
  type Tool,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** More than any service shows; what exceeds it is a mistake, or an attack on every client's memory. */
const ENTRIES_MAX = 1_000;

const scopes = z.array(z.string().max(64)).max(16);
// Clients refuse other names, and a refused name costs them the whole list.
const toolName = /^[a-zA-Z0-9_-]{1,60}$/;

const catalogueSchema = z.object({
  tools: z
    .array(
      z.object({
        tool: z.custom<Tool>((value) => isSpecType.Tool(value) && toolName.test(value.name)),
        scopes,
        public: z.boolean(),
        rare: z.boolean().optional(),
      }),
    )
    .max(ENTRIES_MAX),
  resources: z
    .array(z.object({ resource: z.custom<Resource>(isSpecType.Resource), scopes }))
    .max(ENTRIES_MAX),
  resource_templates: z
    .array(
      z.object({
        template: z.custom<ResourceTemplateType>(isSpecType.ResourceTemplate),
        scopes,
        completes: z.array(z.string()).max(64),
      }),
    )
    .max(ENTRIES_MAX),
  prompts: z
    .array(
      z.object({
        prompt: z.custom<Prompt>(isSpecType.Prompt),
        scopes,
        completes: z.array(z.string()).max(64),
      }),
    )
    .max(ENTRIES_MAX),
});

/** What one provider shows: `Catalogue` of libs/chassis, as it came over the wire. */
export type ProviderCatalogue = z.output<typeof catalogueSchema>;
export type ToolEntry = ProviderCatalogue['tools'][number];
export type ResourceEntry = ProviderCatalogue['resources'][number];
export type TemplateEntry = ProviderCatalogue['resource_templates'][number];
export type PromptEntry = ProviderCatalogue['prompts'][number];

/** Whether a tool takes an `idempotency_key`: only then does one that was sent keep a repeated call from acting twice. */
export function takesKey({ tool }: Pick<ToolEntry, 'tool'>): boolean {
  return Object.hasOwn(tool.inputSchema.properties ?? {}, 'idempotency_key');
}

/**
 * Reads a catalogue as a service sent it. One that breaks MCP is refused as a whole: half of it in every client's list
 * would hide that something is wrong.
 *
 * @throws Error that says which entry is wrong
 */
export function parseCatalogue(json: Buffer): ProviderCatalogue {
  const parsed = catalogueSchema.safeParse(JSON.parse(json.toString('utf8')));
  if (!parsed.success) {
    const where = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`the catalogue is not usable: ${where.join('; ')}`);
  }
  for (const { template } of parsed.data.resource_templates) parseUriTemplate(template.uriTemplate);
  return parsed.data;
}
