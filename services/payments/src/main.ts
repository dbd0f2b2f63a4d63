import { runCommand, runProcess } from '@florin/chassis';
import { startPayments } from './payments.js';
import { reconcileNow } from './reconcile-command.js';

const [command, day] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);

if (command === undefined) await runProcess(() => startPayments(process.env));
else await runCommand(command, { reconcile: () => reconcileNow(process.env, day, say) });
