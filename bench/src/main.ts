import { serveEcho } from './express-echo.js';
import { benchGateway } from './gateway.js';
import type { LoadResult } from './load.js';
import { serveNoopMcp } from './noop-mcp.js';
import { serveNoopService } from './noop-service.js';
import { benchSignIns } from './sign-ins.js';
import { benchSoak } from './soak.js';
import { benchStreams } from './streams.js';
import { benchTokens } from './tokens.js';
import { benchTransfers } from './transfers.js';

const benches: Record<string, () => Promise<void>> = {
  async gateway() {
    const rows = await benchGateway();
    const echo = rows[0]?.calls_per_second ?? 1;
    print(
      ['what', 'calls/s', 'of the echo', 'p50 ms', 'p99 ms', 'CPU ms per call'],
      rows.map((row) => {
        const [calls = '', ...latencies] = figures(row);
        const share = (row.calls_per_second / echo).toFixed(2);
        return [row.what, calls, share, ...latencies, row.cpu_ms_per_call.toFixed(2)];
      }),
    );
  },
  async streams() {
    const rows = await benchStreams();
    print(
      ['what', 'calls/s', 'p50 ms', 'p99 ms', 'RSS MB'],
      rows.map((row) => [row.what, ...figures(row), row.rss_mb.toFixed(0)]),
    );
  },
  async soak() {
    const rows = await benchSoak();
    print(
      ['after', 'calls', 'sessions', 'heap MB', 'RSS MB'],
      rows.map(({ share, calls, sessions, heap_mb, rss_mb }) => [
        `${share} %`,
        String(calls),
        String(sessions),
        heap_mb.toFixed(1),
        rss_mb.toFixed(0),
      ]),
    );
  },
  async tokens() {
    const rows = await benchTokens();
    print(
      ['what', 'CPU µs per call'],
      rows.map(({ what, cpu_us_per_call }) => [what, cpu_us_per_call.toFixed(1)]),
    );
  },
  async transfers() {
    const rows = await benchTransfers();
    print(
      ['what', 'transfers/s', 'p50 ms', 'p99 ms', 'CPU ms per transfer', 'of which'],
      rows.map((row) => {
        const parts = Object.entries(row.cpu_ms_per_transfer);
        const total = parts.reduce((sum, [, ms]) => sum + ms, 0);
        const each = parts.map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(', ');
        return [row.what, ...figures(row), total.toFixed(2), each];
      }),
    );
  },
  async 'sign-ins'() {
    const rows = await benchSignIns();
    print(
      ['what', 'calls/s', 'p50 ms', 'p99 ms'],
      rows.map((row) => [row.what, ...figures(row)]),
    );
  },
};

function figures({ calls_per_second, p50_ms, p99_ms }: LoadResult): string[] {
  return [String(Math.round(calls_per_second)), p50_ms.toFixed(1), p99_ms.toFixed(1)];
}

function print(header: string[], rows: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  console.log([line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n'));
}

const [name, size] = process.argv.slice(2);
if (name === 'serve-echo') serveEcho();
else if (name === 'serve-noop-service') await serveNoopService(Number(size));
else if (name === 'serve-noop-mcp') await serveNoopMcp(Number(size));
else {
  const chosen = name === undefined ? Object.keys(benches) : [name];
  for (const each of chosen) {
    const bench = Object.hasOwn(benches, each) ? benches[each] : undefined;
    if (bench === undefined) throw new Error(`There is no ${each}: ${Object.keys(benches).join(', ')}`);
    console.log(`\n${each}`);
    await bench();
  }
}
