import { readFile, writeFile } from 'node:fs/promises';

/** The part of a catalogue, as the chassis' `describeOffer` gives it, that the README's table shows. */
interface ShownCatalogue {
  tools: {
    tool: { name: string; title: string; annotations: { readOnlyHint: boolean } };
    scopes: readonly string[];
    public: boolean;
  }[];
  resources: { resource: { uri: string; title: string }; scopes: readonly string[] }[];
  resource_templates: { template: { uriTemplate: string; title: string }; scopes: readonly string[] }[];
  prompts: { prompt: { name: string; title: string }; scopes: readonly string[] }[];
}

const BEGIN = '<!-- catalogue: written by UPDATE=1 -->';
const END = '<!-- /catalogue -->';

/**
 * Expects a service's catalogue to equal the golden copy in `catalog.json`, and the table of operations in `README.md` to
 * say the same: whatever changes for MCP clients shows in a diff. With UPDATE=1 in the environment it writes both.
 *
 * @param catalogue what `describeOffer(offer)` gives
 * @param folder the service's, as a URL that ends in "/"
 */
export async function expectGoldenCatalogue(catalogue: ShownCatalogue, folder: URL): Promise<void> {
  const { expect } = await import('vitest');
  const golden = new URL('catalog.json', folder);
  const readme = new URL('README.md', folder);
  const json = `${JSON.stringify(catalogue, null, 2)}\n`;
  const page = await readFile(readme, 'utf8');
  const shown = withTable(page, tableOf(catalogue));
  if (process.env.UPDATE === '1') {
    await writeFile(golden, json);
    await writeFile(readme, shown);
  }
  const advice = 'run the test with UPDATE=1 if the change is wanted, and commit what it writes';
  expect(json, `catalog.json: ${advice}`).toBe(await readFile(golden, 'utf8').catch(() => ''));
  expect(shown, `README.md: ${advice}`).toBe(await readFile(readme, 'utf8'));
}

function withTable(page: string, table: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md needs the lines "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}

function tableOf({ tools, resources, resource_templates, prompts }: ShownCatalogue): string {
  const rows = [
    ...tools.map(({ tool, scopes, public: open }) => [
      tool.name,
      tool.annotations.readOnlyHint ? 'reads' : 'writes',
      open ? 'nothing' : needs(scopes),
      tool.title,
    ]),
    ...resources.map(({ resource, scopes }) => [resource.uri, 'resource', needs(scopes), resource.title]),
    ...resource_templates.map(({ template, scopes }) => [
      template.uriTemplate,
      'resource',
      needs(scopes),
      template.title,
    ]),
    ...prompts.map(({ prompt, scopes }) => [prompt.name, 'prompt', needs(scopes), prompt.title]),
  ];
  const quoted = rows.map(([name, ...rest]) => [`\`${name}\``, ...rest]);
  return aligned([['name', 'kind', 'needs', 'what'], ...quoted]);
}

/** As the formatter lays tables out, or each would undo what the other wrote. */
function aligned([head = [], ...rows]: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function needs(scopes: readonly string[]): string {
  return scopes.map((scope) => `\`${scope}\``).join(' ');
}
