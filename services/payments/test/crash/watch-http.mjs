/** Requests by HTTP/1.1, one after the other, as Node's client sends them: `POST /v1/refunds`. */
export function watchHttp(socket, points) {
  const { write, emit } = socket;
  let waiting;

  socket.write = (chunk, ...rest) => {
    if (points.isDying()) return true;
    const what = requestOf(chunk);
    if (what !== undefined) {
      waiting = what;
      if (points.isFatal('before', what)) {
        points.die();
        return true;
      }
    }
    return write.call(socket, chunk, ...rest);
  };
  socket.emit = (event, ...args) => {
    if (event === 'data' && waiting !== undefined) {
      const what = waiting;
      waiting = undefined;
      if (points.isFatal('after', what)) points.die();
    }
    return emit.call(socket, event, ...args);
  };
}

/** With a star for what differs from run to run. @returns undefined for what begins no request */
function requestOf(chunk) {
  const [line = ''] = chunk.slice(0, 500).toString('latin1').split('\r\n', 1);
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(line) ?? [];
  if (method === undefined) return undefined;
  return `${method} ${path.split('?')[0].replaceAll(/\/[a-z]+_[A-Za-z0-9]{10,}(?=\/|$)/g, '/*')}`;
}
