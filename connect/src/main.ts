#!/usr/bin/env node
import { parseArguments, usage } from './arguments.js';
import { connect } from './connect.js';

const parsed = parseArguments(process.argv.slice(2), process.env);
if ('help' in parsed) {
  // Asked for by a person at a terminal: no client speaks JSON-RPC here.
  process.stdout.write(usage);
} else if ('wrong' in parsed) {
  process.stderr.write(`florin-connect: ${parsed.wrong}\n\n${usage}`);
  process.exitCode = 2;
} else {
  await connect(parsed);
}
