import { florin, type ReceivedScreenRequest, type ScreenResponse } from '@florin/proto';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';

type Verdict = 'APPROVE' | 'CHALLENGE' | 'HOLD' | 'DECLINE';

/** A fraud service that says what the test wants. */
export interface TestScreening {
  /** For FRAUD_ADDRESS. */
  address: string;
  /** What it thinks of everything that is screened from now on. Set it anew before GetDecision, as an analyst decides. */
  verdict: Verdict;
  /** Set: nothing is answered. */
  silent: boolean;
  /** All that was screened, the last one last. */
  screened: readonly ReceivedScreenRequest[];
  close(): void;
}

/** @param port of a server that was closed, to be there again */
export async function startTestScreening(port = 0): Promise<TestScreening> {
  const screened: ReceivedScreenRequest[] = [];
  const server = new Server();
  const decide = (transaction_id: string) => ({
    transaction_id,
    verdict: `VERDICT_${screening.verdict}` as const,
    risk_score: screening.verdict === 'APPROVE' ? 1 : 90,
    reasons: [],
  });
  server.addService(florin.fraud.v1.Screening.service, {
    Screen(stream: ServerDuplexStream<ReceivedScreenRequest, ScreenResponse>) {
      stream.on('data', (request: ReceivedScreenRequest) => {
        screened.push(request);
        const { request_id, transaction_id } = request;
        if (!screening.silent) stream.write({ request_id, decision: decide(transaction_id) });
      });
      stream.on('end', () => stream.end());
      stream.on('error', () => undefined);
    },
    GetDecision(
      { request }: ServerUnaryCall<{ transaction_id: string }, object>,
      answer: sendUnaryData<object>,
    ) {
      answer(null, { decision: decide(request.transaction_id) });
    },
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error === null ? resolve(at) : reject(error),
    );
  });
  const screening: TestScreening = {
    address: `127.0.0.1:${bound}`,
    verdict: 'APPROVE',
    silent: false,
    screened,
    close: () => server.forceShutdown(),
  };
  return screening;
}
