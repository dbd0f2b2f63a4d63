// What every root script calls: `node deploy/local/cli.mjs <command>`. It runs before anything is installed, so this
// folder's .mjs files import Node's own modules only, and this one uses no syntax that an old Node could not parse.
var needed = [20, 10];
var running = process.versions.node.split('.').map(Number);

if (running[0] < needed[0] || (running[0] === needed[0] && running[1] < needed[1])) {
  console.error(
    `Florin needs Node ${needed.join('.')} or newer; this is ${process.versions.node}. Get it at https://nodejs.org, then run the command again.`,
  );
  process.exitCode = 1;
} else {
  import('./commands.mjs').then(({ runCommand }) => runCommand(process.argv.slice(2)));
}
