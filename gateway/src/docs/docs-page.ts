import { type Html, html, htmlDocument } from '@florin/chassis/html';
import { filterBox, pageScript } from '../http/page-script.js';
import { STYLESHEET_PATH } from '../http/stylesheet.js';
import type { OpenApiDocument } from '../openapi/types.js';
import { fieldTable } from './fields.js';
import { operationArticle, type Placed } from './operation.js';
import { inline, prose } from './prose.js';

/** The reference, rendered from the OpenAPI document: complete without a script and without anything from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const { info, tags, components } = document;
  const operations = placedOperations(document);
  const sections = tags
    .map(({ name, description }) => ({
      name,
      description,
      placed: operations.filter(({ operation }) => operation.tags.includes(name)),
    }))
    .filter(({ placed }) => placed.length > 0);
  const body = html`<header>
<p><a href="/">Florin</a></p>
<h1>Reference</h1>
${prose(info.description)}
<p>Version ${info.version}. The same as OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a></p>
</header>
<nav aria-label="Operations">
${filterBox('Find an operation')}
${sections.map(contents)}
</nav>
<main>
${sections.map(
  ({ name, description, placed }) => html`<section data-section aria-labelledby="tag-${name}">
<h2 id="tag-${name}">${name}</h2>
<p>${description}</p>
${placed.map((each) => operationArticle(each, components))}
</section>`,
)}
${problems(components)}
</main>
${pageScript}`;
  return htmlDocument({ title: 'Florin: reference', stylesheet_path: STYLESHEET_PATH, body });
}

function placedOperations({ paths, servers }: OpenApiDocument): Placed[] {
  return Object.entries(paths).flatMap(([path, item]) => {
    const server = (item.servers ?? servers)[0]?.url ?? '';
    return [
      ...(item.get ? [{ method: 'GET' as const, path, server, operation: item.get }] : []),
      ...(item.post ? [{ method: 'POST' as const, path, server, operation: item.post }] : []),
    ];
  });
}

function contents({ name, placed }: { name: string; placed: readonly Placed[] }): Html {
  const links = placed.map(
    ({ operation: { operationId, summary } }) =>
      html`<li data-entry="${`${operationId} ${summary}`.toLowerCase()}"><a href="#${operationId}">${summary}</a></li>`,
  );
  return html`<section data-section>
<h2>${name}</h2>
<ul class="contents">
${links}
</ul>
</section>`;
}

function problems({ responses, schemas }: OpenApiDocument['components']): Html {
  const rows = Object.entries(responses).map(([name, { description }]) => {
    const status = name.replace('Problem', '');
    return html`<tr id="problem-${status}"><th scope="row">${status}</th><td>${inline(description)}</td></tr>`;
  });
  return html`<section aria-labelledby="problems">
<h2 id="problems">Problems</h2>
<p>What is no result is a problem, as <code>application/problem+json</code>.</p>
${fieldTable(schemas.Problem, 'Fields of a problem')}
<table>
<caption>What each status stands for</caption>
<thead><tr><th scope="col">Status</th><th scope="col">Reasons</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</section>`;
}
