// Outlives the supervisor by a few seconds, whatever way that one goes (kill -9 included), and ends what it left
// behind. The supervisor tells it on stdin, one line each, `+<pid> <signal>` and `-<pid>`; the pipe closing is the news
// of its end. The signal is the polite one for that program: Postgres leaves its clients at once on SIGINT only.
import { createInterface } from 'node:readline';

const GRACE_MS = 5_000;
const POLL_MS = 100;

// Ctrl-C reaches the whole group of a terminal, and this process must be the last of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

const left = new Map();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [pid, signal] = line.slice(1).split(' ');
  if (line.startsWith('+')) left.set(Number(pid), signal);
  else left.delete(Number(pid));
});
lines.on('close', () => {
  for (const [pid, signal] of left) send(pid, signal);
  const until_ms = Date.now() + GRACE_MS;
  const poll = setInterval(look, POLL_MS);
  function look() {
    for (const pid of left.keys()) if (!send(pid, 0)) left.delete(pid);
    if (left.size > 0 && Date.now() < until_ms) return;
    for (const pid of left.keys()) send(pid, 'SIGKILL');
    clearInterval(poll);
  }
  look();
});

/** False when there is no such process any more. */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
