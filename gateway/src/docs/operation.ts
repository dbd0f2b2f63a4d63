import { type Html, html } from '@florin/chassis/html';
import type { OpenApiDocument, Operation, Parameter, Reference } from '../openapi/types.js';
import { fieldTable } from './fields.js';
import { inline, joined, prose } from './prose.js';

/** An operation, and where it is. */
export interface Placed {
  method: 'GET' | 'POST';
  path: string;
  /** The origin that serves it. */
  server: string;
  operation: Operation;
}

/** One operation of the reference: what it does, what it takes, a request to copy, what it answers. */
export function operationArticle(placed: Placed, components: OpenApiDocument['components']): Html {
  const { method, path, operation } = placed;
  const { operationId, summary, description, requestBody, parameters = [] } = operation;
  const body = requestBody?.content['application/json'];
  const found = `${operationId} ${path} ${summary} ${description}`.toLowerCase();
  return html`<article id="${operationId}" data-entry="${found}">
<h3><a href="#${operationId}">${summary}</a></h3>
<p class="request"><span class="method">${method}</span> <code>${path}</code></p>
${prose(description)}
${security(operation)}
${parameters.map((parameter) => parameterLine(parameter, components))}
${body === undefined ? '' : fieldTable(body.schema, 'Arguments')}
<pre tabindex="0" data-copy><code>${curl(placed)}</code></pre>
${answers(operation)}
</article>`;
}

function security({ security: needed }: Operation): Html {
  const [oauth] = needed;
  if (oauth === undefined) return html`<p class="quiet">Needs no token.</p>`;
  const scopes = Object.values(oauth).flat();
  if (scopes.length === 0) return html`<p class="quiet">Needs an access token or an API key.</p>`;
  const named = joined(scopes.map((scope, index) => html`${index === 0 ? '' : ', '}<code>${scope}</code>`));
  return html`<p class="quiet">Needs an access token or an API key with ${named}.</p>`;
}

function parameterLine(given: Parameter | Reference, components: OpenApiDocument['components']): Html {
  const parameter = '$ref' in given ? components.parameters[given.$ref.split('/').at(-1) ?? ''] : given;
  if (parameter === undefined) return html``;
  const { name, in: place, required, description } = parameter;
  const places = { query: 'In the query', header: 'In a header', path: 'In the path' };
  return html`<p>${places[place]}: <code>${name}</code>${required ? html`, <strong>required</strong>` : ''}. ${inline(description)}</p>`;
}

/** What can be pasted into a terminal. In single quotes nothing but the quote itself means anything to a shell. */
function curl({ method, path, server, operation }: Placed): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const [query] = (operation.parameters ?? []).filter((given) => 'in' in given && given.in === 'query');
  const [example] = query !== undefined && 'examples' in query ? Object.values(query.examples ?? {}) : [];
  const url = `${server}${path}${example === undefined ? '' : `?uri=${encodeURIComponent(example.value)}`}`;
  const body = operation.requestBody?.content['application/json'];
  const lines = [
    `curl ${quote(url)}`,
    ...(method === 'POST' && body === undefined ? ['-X POST'] : []),
    ...(operation.security.length === 0 ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    ...(body === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body.example))}`]),
  ];
  return lines.join(' \\\n  ');
}

function answers({ responses }: Operation): Html {
  const known = Object.entries(responses).flatMap(([status, answer]) =>
    '$ref' in answer ? [] : [{ status, answer }],
  );
  const problems = Object.entries(responses).flatMap(([status, answer]) =>
    '$ref' in answer ? [status] : [],
  );
  const shown = known.map(({ status, answer: { description, content } }) => {
    const schema = content?.['application/json']?.schema;
    const table = status === '202' || schema === undefined ? '' : fieldTable(schema, 'Result');
    return html`<p><strong>${status}</strong> ${inline(description)}</p>
${table}`;
  });
  const links = joined(problems.map((status) => html` <a href="#problem-${status}">${status}</a>`));
  return html`${shown}
<p class="quiet">Problems:${links}</p>`;
}
