// Runs in a payments process before anything of its own (`node --import`). It watches, on the sockets, every statement to
// Postgres and every request to the provider, and names two points of each: before it is sent, and after its answer came.
// The test that started the process tells it to write the points down, or to die at one.
import net from 'node:net';
import { createPoints } from './points.mjs';
import { watchHttp } from './watch-http.mjs';
import { watchPostgres } from './watch-postgres.mjs';

const points = createPoints();
const watchers = new Map([
  [portOf(process.env.DATABASE_URL), watchPostgres],
  [portOf(process.env.STRIPE_BASE_URL), watchHttp],
]);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  connect.apply(this, args);
  // Afterwards: connecting puts the socket's own `write` back.
  watchers.get(targetPort(args))?.(this, points);
  return this;
};

process.on('message', ({ order, point }) => {
  if (order === 'record') points.record();
  if (order === 'die') points.dieAt(point);
  if (order === 'rest') points.rest();
  process.send?.({ done: order, points: points.recorded() });
});
// The process is to end when its own work has.
process.channel?.unref();

function portOf(url) {
  return Number(new URL(url).port);
}

/** `connect(port, host)`, `connect(options)`, or `net.connect`'s own form: its arguments in one array. */
function targetPort([first]) {
  const target = Array.isArray(first) ? first[0] : first;
  return Number(typeof target === 'object' ? target?.port : target);
}
