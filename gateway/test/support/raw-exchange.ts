import { connect } from 'node:net';

export interface RawExchange {
  /** 0 where there was no answer. */
  status: number;
  headers: string;
  /** Of a stream, what came until its first event. */
  text: string;
}

/** Longer than anything takes that is not lost. */
const PATIENCE_MS = 20_000;

/**
 * Sends bytes, and reads until the server closes or, of a stream, until its first event.
 *
 * @param then what the client does when it has sent them: wait, end its side, or go
 */
export function exchange(
  port: number,
  bytes: Buffer,
  then: 'wait' | 'end' | 'go' = 'wait',
): Promise<RawExchange> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer: ${JSON.stringify(bytes.toString('latin1').slice(0, 500))}`));
    }, PATIENCE_MS);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      const [headers = '', ...body] = received.split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1] ?? 0);
      const sent = body.join('\r\n\r\n');
      const whole = /^transfer-encoding: chunked/im.test(headers) ? unchunk(sent) : sent;
      resolve({ status, headers, text: Buffer.from(whole, 'latin1').toString('utf8') });
    };
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += chunk;
      const [headers = '', text] = received.split('\r\n\r\n');
      const isStream = /content-type: text\/event-stream/i.test(headers);
      if (text !== undefined && isStream && /\n\n|: /.test(text)) finish();
    });
    // A server that refuses before it has read everything resets: what it said is there all the same.
    socket.on('error', finish);
    socket.on('end', finish);
    socket.write(bytes, () => {
      if (then === 'go') finish();
      if (then === 'end') socket.end();
    });
  });
}

/** RFC 9112, section 7.1. */
function unchunk(text: string): string {
  let rest = text;
  let whole = '';
  for (;;) {
    const [line = '', size = ''] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? [];
    const length = Number.parseInt(size, 16);
    if (!(length > 0)) return whole;
    whole += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length + '\r\n'.length);
  }
}
