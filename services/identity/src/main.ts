import { runCommand, runProcess } from '@florin/chassis';
import { startIdentity } from './identity.js';
import { rotateKeys } from './rotate-keys.js';

const [command] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);

if (command === undefined) await runProcess(() => startIdentity(process.env));
else await runCommand(command, { 'rotate-keys': () => rotateKeys(process.env, say) });
