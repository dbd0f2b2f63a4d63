import { Client, credentials, type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fault, fault, fromGrpcError, toGrpcError } from '../src/index.js';

const bytes = (value: Buffer) => value;
const method = {
  path: '/test.Refuser/Refuse',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
} as const;
const server = new Server();
let client: Client;
let refusal: Fault;

beforeAll(async () => {
  const refuse: handleUnaryCall<Buffer, Buffer> = (_call, callback) => callback(toGrpcError(refusal));
  server.addService({ refuse: method }, { refuse });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterAll(() => {
  client.close();
  server.forceShutdown();
});

function call(): Promise<Fault> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(method.path, bytes, bytes, Buffer.alloc(0), (error) =>
      resolve(fromGrpcError(error)),
    );
  });
}

test('a refusal crosses a real connection whole, the largest that is sent included', async () => {
  refusal = fault('CONFLICT', 'Größe '.repeat(1_000), { details: { text: 'x'.repeat(2_900) } });
  const received = await call();
  expect(received).toMatchObject({
    code: 'ABORTED',
    reason: 'CONFLICT',
    retryable: true,
    details: refusal.details,
  });
  expect(refusal.message.startsWith(received.message.slice(0, 900))).toBe(true);
});
