import { spawn } from 'node:child_process';

/** Shows a page to the person. Where no browser can be opened they still have the address, which is logged as well. */
export function openBrowser(url: URL, env: NodeJS.ProcessEnv): void {
  const [program, ...args] = command(url, env);
  if (program === undefined) return;
  // Never our stdout: that is the client's.
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function command({ href }: URL, { BROWSER }: NodeJS.ProcessEnv): string[] {
  if (BROWSER) return [BROWSER, href];
  if (process.platform === 'darwin') return ['open', href];
  // `cmd /c start` would read the & of a query as the end of the command.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', href];
  return ['xdg-open', href];
}
