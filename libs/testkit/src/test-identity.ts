import { florin } from '@florin/proto';
import { Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { serveTestApprovals, type TestApprovals } from './test-approvals.js';
import { serveTestLimits, type TestLimits } from './test-limits.js';
import { serveTestPeople, type TestPeople } from './test-people.js';

/** For a verifier under test that is about something else. */
export const nothingRevoked = { check: async (): Promise<void> => undefined };

/** As much of identity's gRPC as a service under test needs to honour mesh tokens. */
export interface TestIdentity {
  /** `127.0.0.1:port` */
  address: string;
  /** From now on what was issued to it is to be refused: a user, for whom no service gets a token either, a session or a key. */
  revoke(id: string): void;
  limits: TestLimits;
  approvals: TestApprovals;
  people: TestPeople;
  close(): void;
}

/** @param sign makes the token of a service, whatever its secret; `on_behalf_of` is empty where it acts for itself */
export async function startTestIdentity(
  sign: (service: string, on_behalf_of: string) => Promise<string>,
): Promise<TestIdentity> {
  const revocations: { id: string; changed_at_ms: string }[] = [];
  const server = new Server();
  server.addService(florin.identity.v1.Tokens.service, {
    IssueServiceToken(
      { request }: { request: { service: string; on_behalf_of: string } },
      callback: sendUnaryData<object>,
    ) {
      if (revocations.some(({ id }) => id === request.on_behalf_of)) {
        callback({ code: status.NOT_FOUND, details: 'no such active user' });
        return;
      }
      const expires_at_s = String(Math.floor(Date.now() / 1_000) + 300);
      sign(request.service, request.on_behalf_of).then(
        (mesh_token) => callback(null, { mesh_token, expires_at_s }),
        (error: Error) => callback(error),
      );
    },
    ListRevocations: (_call: unknown, callback: sendUnaryData<object>) => callback(null, { revocations }),
    Exchange: (_call: unknown, callback: sendUnaryData<object>) =>
      callback(new Error('no credentials are exchanged here')),
  });
  const limits = serveTestLimits(server);
  const approvals = serveTestApprovals(server);
  const people = serveTestPeople(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    limits,
    approvals,
    people,
    revoke: (id) => void revocations.push({ id, changed_at_ms: String(Date.now()) }),
    close: () => server.forceShutdown(),
  };
}
