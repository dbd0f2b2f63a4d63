import { fault, toGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import type { Server, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';

/** identity's People by a script. */
export interface TestPeople {
  /** user_id by the e-mail address that they have verified. */
  byEmail: Map<string, string>;
}

export function serveTestPeople(server: Server): TestPeople {
  const byEmail = new Map<string, string>();
  server.addService(florin.identity.v1.People.service, {
    FindByEmail({ request }: ServerUnaryCall<{ email: string }, object>, answer: sendUnaryData<object>) {
      const user_id = byEmail.get(request.email);
      if (user_id === undefined) answer(toGrpcError(fault('NOT_FOUND', 'Nobody has verified that address.')));
      else answer(null, { user_id });
    },
  });
  return { byEmail };
}
