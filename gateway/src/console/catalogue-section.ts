import { type Html, html } from '@florin/chassis/html';
import { inline, joined } from '../docs/prose.js';
import { filterBox } from '../http/page-script.js';
import type { PromptEntry, ToolEntry } from '../mesh/catalogue.js';
import type { MergedCatalogue, Provided } from '../mesh/merged-catalogue.js';
import { type Readable, readables } from '../openapi/resource-path.js';

/** All that the services show, by service. The same for everybody: what somebody may use, their client lists. */
export function catalogueSection(catalogue: MergedCatalogue): Html {
  const { tools, prompts } = catalogue;
  const resources = readables(catalogue);
  const providers = [...new Set([...tools, ...resources, ...prompts].map(({ provider }) => provider))];
  return html`<section aria-labelledby="catalogue">
<h2 id="catalogue">What it can do</h2>
<p>${tools.length} tools, ${resources.length} resources, ${prompts.length} prompts. You see those that your permissions
open. Over plain HTTP: <a href="/docs">the reference</a>.</p>
${filterBox('Find a tool, resource or prompt')}
${providers.map((provider) => {
  const own = <Entry extends { provider: string }>(entries: readonly Entry[]) =>
    entries.filter((entry) => entry.provider === provider);
  return html`<section data-section aria-label="${provider}">
<h3>${provider}</h3>
${own(tools).map(toolDetails)}
${own(resources).map(resourceLine)}
${own(prompts).map(promptLine)}
</section>`;
})}
</section>`;
}

function toolDetails({ tool, scopes, public: isPublic }: Provided<ToolEntry>): Html {
  const { name, title = '', description = '', inputSchema, outputSchema, annotations } = tool;
  const does =
    annotations?.readOnlyHint === true ? 'reads' : annotations?.destructiveHint === true ? 'acts' : 'writes';
  return html`<details data-entry="${searchable(name, title, description)}">
<summary><code>${name}</code> ${title} <span class="quiet">${does}</span></summary>
<p>${inline(description)}</p>
<p class="quiet">${isPublic ? 'Needs no token.' : needs(scopes)} <a href="/docs#${name}">Reference</a></p>
<p>Arguments</p>
${schemaText(inputSchema)}
${outputSchema === undefined ? '' : html`<p>Result</p>${schemaText(outputSchema)}`}
</details>`;
}

function resourceLine({ uri, name, title, description, scopes }: Readable): Html {
  return html`<p data-entry="${searchable(uri, name, title, description)}"><code>${uri}</code> ${title}.
<span class="quiet">Resource. ${needs(scopes)}</span></p>`;
}

function promptLine({ prompt, scopes }: Provided<PromptEntry>): Html {
  const { name, title = '', description = '' } = prompt;
  return html`<p data-entry="${searchable(name, title, description)}"><code>${name}</code> ${title}.
<span class="quiet">Prompt. ${needs(scopes)}</span></p>`;
}

function schemaText(schema: unknown): Html {
  return html`<pre tabindex="0"><code>${JSON.stringify(schema, null, 2)}</code></pre>`;
}

function needs(scopes: readonly string[]): Html {
  if (scopes.length === 0) return html`For everybody who is signed in.`;
  return html`Needs ${joined(scopes.map((scope, index) => html`${index === 0 ? '' : ', '}<code>${scope}</code>`))}.`;
}

function searchable(...texts: string[]): string {
  return texts.join(' ').toLowerCase();
}
