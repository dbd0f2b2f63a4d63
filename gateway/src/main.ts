import { runProcess } from '@florin/chassis';
import { startGateway } from './gateway.js';

await runProcess(() => startGateway(process.env));
