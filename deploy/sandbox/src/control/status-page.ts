import { type Html, html, page } from '../page.js';
import type { Status } from './status.js';

export function statusPage(status: Status): string {
  return page(
    'Florin sandbox',
    html`<h1>Florin sandbox</h1>
<p>Stand-ins for the vendors Florin talks to. Seed <code>${status.seed}</code>; ${
      status.data_dir === null
        ? 'state is kept in memory only'
        : html`state is kept in <code>${status.data_dir}</code>`
    }.</p>
${providers(status)}
${faults(status)}
${items(status)}
${webhooks(status)}
<h2>Caught mail</h2>
<p>${status.mails}</p>
<h2>Misbehave</h2>
<pre>curl -X POST localhost:8090/faults -H 'content-type: application/json' \\
  -d '{"kind":"500_after_applying","path":"/transactions/sync","times":1}'
curl -X DELETE localhost:8090/faults</pre>
<p>The same as JSON: <a href="/status">/status</a>. All faults and controls: the README of this package.</p>`,
  );
}

function providers({ providers }: Status): Html {
  return table(
    'What runs',
    ['Stand-in', 'Address', 'Endpoints'],
    providers.map(({ name, url, endpoints }) => [
      name,
      url.startsWith('http') ? html`<a href="${url}">${url}</a>` : url,
      endpoints.length === 0 ? '' : String(endpoints.length),
    ]),
    'Nothing runs.',
  );
}

function faults({ faults }: Status): Html {
  return table(
    'Faults that are on',
    ['Id', 'Fault', 'Where', 'Times left'],
    faults.map(({ id, kind, provider, times, ...rest }) => {
      const { path, ...settings } = { path: `every endpoint`, ...rest };
      const detail = Object.entries(settings).map(([name, value]) => `${name} ${inWords(value)}`);
      return [
        id,
        [kind, ...detail].join(', '),
        `${provider}: ${path}`,
        times ? String(times) : 'until cleared',
      ];
    }),
    'None: everything works.',
  );
}

function items({ items }: Status): Html {
  return table(
    'Connected banks',
    ['Item', 'Bank', 'State', 'Transactions'],
    items.map((item) => [item.item_id, item.institution, item.status, String(item.transactions)]),
    'None yet.',
  );
}

function webhooks({ webhooks }: Status): Html {
  return table(
    'Latest webhooks',
    ['Webhook', 'To', 'State', 'Attempts'],
    webhooks.map(({ webhook_code, url, state, attempts }) => [webhook_code, url, state, String(attempts)]),
    'None yet.',
  );
}

function inWords(setting: unknown): string {
  return typeof setting === 'object' ? JSON.stringify(setting) : String(setting);
}

function table(
  title: string,
  heads: readonly string[],
  rows: readonly (string | Html)[][],
  empty: string,
): Html {
  if (rows.length === 0) return html`<h2>${title}</h2><p>${empty}</p>`;
  return html`<h2>${title}</h2>
<table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
</tbody>
</table>`;
}
