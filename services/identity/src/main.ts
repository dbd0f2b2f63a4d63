import { runProcess } from '@florin/chassis';
import { startIdentity } from './identity.js';

await runProcess(() => startIdentity(process.env));
