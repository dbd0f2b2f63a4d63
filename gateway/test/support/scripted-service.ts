import { startGrpcServer } from '@florin/chassis';
import { type Description, florin, type ReceivedCall, type Reply } from '@florin/proto';
import type { ServerDuplexStream, sendUnaryData } from '@grpc/grpc-js';

type Stream = ServerDuplexStream<ReceivedCall, Reply>;

export interface ScriptedService {
  port: number;
  streams: Stream[];
  /** What it is asked to describe. */
  catalogue: { json: string; hash: string };
  stop(): Promise<void>;
}

/** A service that answers the contract as a test wants it, and otherwise not at all. */
export async function startScripted(
  onCall: (stream: Stream, call: ReceivedCall) => void,
  credit = { max_calls: 256, max_bytes: 4 * 1024 * 1024 },
): Promise<ScriptedService> {
  const streams: Stream[] = [];
  const catalogue = {
    json: JSON.stringify({ tools: [], resources: [], resource_templates: [], prompts: [] }),
    hash: '1',
  };
  const handlers = {
    Describe(_call: unknown, callback: sendUnaryData<Partial<Description>>) {
      const catalogue_json = Buffer.from(catalogue.json);
      callback(null, {
        service: 'scripted',
        version: '1',
        mode: '',
        content_hash: catalogue.hash,
        catalogue_json,
      });
    },
    Exchange(stream: Stream) {
      streams.push(stream);
      stream.on('data', (call: ReceivedCall) => onCall(stream, call));
      stream.on('error', () => undefined);
      stream.on('end', () => stream.end());
      stream.write({ call_id: 0, credit });
    },
  };
  const definition = florin.mesh.v1.Capabilities.service;
  const server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    services: [{ definition, handlers }],
  });
  return { port: server.port, streams, catalogue, stop: () => server.stop(0) };
}
