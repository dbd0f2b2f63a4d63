import { serveEcho } from './express-echo.js';
import { benchGateway, type Row } from './gateway.js';

if (process.argv[2] === 'serve-echo') serveEcho();
else print(await benchGateway());

function print(rows: Row[]): void {
  const echo = rows[0]?.calls_per_second ?? 1;
  console.log('| what | calls/s | of the echo | p50 ms | p99 ms | CPU ms per call |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const { what, calls_per_second, p50_ms, p99_ms, cpu_ms_per_call } of rows) {
    const figures = [
      Math.round(calls_per_second),
      (calls_per_second / echo).toFixed(2),
      p50_ms.toFixed(1),
      p99_ms.toFixed(1),
      cpu_ms_per_call.toFixed(2),
    ];
    console.log(`| ${what} | ${figures.join(' | ')} |`);
  }
}
