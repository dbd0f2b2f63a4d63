import { type Html, html } from '@florin/chassis/html';
import { isObject, type JsonObject } from '../rest/json-body.js';
import { inline } from './prose.js';

/** A field of a JSON Schema, as a row of a table shows it. */
export interface Field {
  /** `approval.expires_at`, `accounts[].mask` */
  name: string;
  type: string;
  required: boolean;
  description: string;
  /** `1 to 64 characters` and the like; empty where there are none. */
  limits: string;
  /** JSON; empty where there is none. */
  example: string;
}

/** Deeper than that nobody reads a table. */
const DEPTH_MAX = 4;

/** All fields of an object schema, those of nested objects after the field that holds them. */
export function fieldsOf(schema: unknown, prefix = '', depth = 0): Field[] {
  if (!isObject(schema) || depth > DEPTH_MAX) return [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([key, property]) => {
    if (!isObject(property)) return [];
    const name = `${prefix}${key}`;
    const row: Field = {
      name,
      type: typeOf(property),
      required: required.includes(key),
      description: typeof property.description === 'string' ? property.description : '',
      limits: limitsOf(property),
      example: exampleOf(property),
    };
    const inner = isObject(property.items)
      ? fieldsOf(property.items, `${name}[].`, depth + 1)
      : fieldsOf(property, `${name}.`, depth + 1);
    return [row, ...inner];
  });
}

/** @param caption for who cannot see what stands above it */
export function fieldTable(schema: unknown, caption: string): Html {
  const rows = fieldsOf(schema).map(
    ({ name, type, required, description, limits, example }) => html`<tr>
<th scope="row"><code>${name}</code></th>
<td>${type}${required ? html`, <strong>required</strong>` : ''}</td>
<td>${inline(description)}${limits === '' ? '' : html` <span class="quiet">${limits}.</span>`}${
      example === '' ? '' : html` <span class="quiet">Example:</span> <code>${example}</code>`
    }</td>
</tr>`,
  );
  if (rows.length === 0) return html`<p class="quiet">${caption}: none.</p>`;
  return html`<div class="wide" tabindex="0" role="group" aria-label="${caption}">
<table class="fields">
<caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>`;
}

function typeOf(schema: JsonObject): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) {
    return [...new Set(branches.map((branch) => (isObject(branch) ? typeOf(branch) : 'any')))].join(' or ');
  }
  if (schema.type === 'array') return `list of ${isObject(schema.items) ? typeOf(schema.items) : 'anything'}`;
  return [schema.type ?? 'anything'].flat().join(' or ');
}

function limitsOf(schema: JsonObject): string {
  const range = (low: unknown, high: unknown, unit: string) => {
    if (low === undefined && high === undefined) return [];
    if (low === undefined) return [`At most ${high}${unit}`];
    return [high === undefined ? `At least ${low}${unit}` : `${low} to ${high}${unit}`];
  };
  const isBound = (value: unknown) => (Math.abs(Number(value)) < Number.MAX_SAFE_INTEGER ? value : undefined);
  return [
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...range(isBound(schema.minimum), isBound(schema.maximum), ''),
    ...(schema.default === undefined ? [] : [`Default ${JSON.stringify(schema.default)}`]),
  ].join('. ');
}

function exampleOf({ examples }: JsonObject): string {
  return Array.isArray(examples) && examples.length > 0 ? JSON.stringify(examples[0]) : '';
}
