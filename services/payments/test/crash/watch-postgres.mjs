import { createHash } from 'node:crypto';

/**
 * Statements by the extended protocol (postgresql.org/docs/current/protocol-flow.html): a Bind names what was parsed, a
 * Sync ends it, and "ReadyForQuery" answers each Sync. The driver writes whole messages.
 */
export function watchPostgres(socket, points) {
  const { write, emit } = socket;
  const texts = new Map();
  /** Of those that were sent and not answered, in order. The start of the connection is answered like a statement. */
  const sent = [undefined];
  let isStarted = false;
  let current;
  let last = '';
  let tag = '';
  let rest = Buffer.alloc(0);

  socket.write = (chunk, ...more) => {
    if (points.isDying()) return true;
    const cut = isStarted ? follow(chunk) : -1;
    isStarted = true;
    if (cut === -1) return write.call(socket, chunk, ...more);
    // What stands before it in the same chunk was sent earlier.
    points.die((end) => (cut === 0 ? end() : write.call(socket, chunk.subarray(0, cut), end)));
    return true;
  };
  socket.emit = (event, ...args) => {
    if (event === 'data') answered(args[0]);
    return emit.call(socket, event, ...args);
  };

  /** @returns where the statement begins before which the process dies; -1 for nowhere */
  function follow(chunk) {
    for (const { type, at, body } of messages(chunk)) {
      if (type === 'P') texts.set(text(body, 0), text(body, body.indexOf(0) + 1));
      if (type === 'B') current = nameOf(texts.get(text(body, body.indexOf(0) + 1)) ?? '');
      if (type === 'Q') current = nameOf(text(body, 0));
      if ((type === 'B' || type === 'Q') && isPoint('before', current)) return at;
      if (type === 'S' || type === 'Q') {
        sent.push(current);
        current = undefined;
      }
    }
    return -1;
  }

  function answered(chunk) {
    rest = Buffer.concat([rest, chunk]);
    let done = 0;
    for (const { type, body, end } of messages(rest)) {
      if (type === 'C') tag = text(body, 0);
      if (type === 'Z' && isPoint('after', sent.shift())) points.die();
      done = end;
    }
    rest = rest.subarray(done);
  }

  /** A transaction's end is told from another's by what went before it. */
  function nameOf(statement) {
    const name = shorten(statement);
    if (/^(commit|rollback)/i.test(statement)) return `${name} after ${last}`;
    if (!/^begin/i.test(statement)) last = name;
    return name;
  }

  function isPoint(phase, what) {
    if (what === undefined || /^begin|pg_catalog/i.test(what)) return false;
    // A worker asks for what is due, and the relay for what is to leave, all the time: they take part in the run where
    // something was.
    const isLook = /skip locked|^select position, event/.test(what);
    if (isLook && (phase === 'before' || /^(UPDATE|SELECT) 0$/.test(tag))) return false;
    return points.isFatal(phase, what);
  }
}

function* messages(chunk) {
  for (let at = 0; at + 5 <= chunk.length; ) {
    const end = at + 1 + chunk.readUInt32BE(at + 1);
    if (end > chunk.length) return;
    yield { type: String.fromCharCode(chunk[at]), at, end, body: chunk.subarray(at + 5, end) };
    at = end;
  }
}

function text(body, from) {
  return body.toString('utf8', from, body.indexOf(0, from));
}

/** The head of a statement, and a hash of all of it: many begin alike. */
function shorten(statement) {
  const line = statement.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= 60) return line;
  const lock = / skip locked/.test(line) ? ' skip locked' : '';
  return `${line.slice(0, 50)}…${lock} ${createHash('sha256').update(line).digest('hex').slice(0, 6)}`;
}
