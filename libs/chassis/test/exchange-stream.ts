import { florin, type ReceivedReply } from '@florin/proto';
import { credentials } from '@grpc/grpc-js';

/** A caller's end of an Exchange stream that keeps every frame it is sent. */
export function openStream(port: number) {
  const client = new florin.mesh.v1.Capabilities(`127.0.0.1:${port}`, credentials.createInsecure());
  const stream = client.Exchange();
  const frames: ReceivedReply[] = [];
  let ended = false;
  stream.on('data', (frame) => frames.push(frame));
  stream.on('end', () => {
    ended = true;
  });
  stream.on('error', () => {
    ended = true;
  });
  return {
    frames,
    ended: () => ended,
    client,
    cancel: (call_id: number) => stream.write({ call_id, cancel: {} }),
    heartbeat: () => stream.write({ call_id: 0, heartbeat: {} }),
    start(
      call_id: number,
      name: string,
      args: unknown,
      more: { mesh_token?: string; timeout_ms?: number } = {},
    ) {
      const arguments_json = Buffer.isBuffer(args) ? args : Buffer.from(JSON.stringify(args));
      stream.write({
        call_id,
        start: { kind: 'CALL_KIND_TOOL', name, arguments_json, wants_progress: true, ...more },
      });
    },
    /** The frame that ended the call, once it has come. */
    answer: (call_id: number) =>
      frames.find(
        (frame) => frame.call_id === call_id && (frame.frame === 'result' || frame.frame === 'failure'),
      ),
    close() {
      stream.cancel();
      client.close();
    },
  };
}
