import { fault, toGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';

/** banking's Accounts by a script. */
export interface TestBanking {
  address: string;
  /** Lets the person have a linked account. */
  link(account: {
    account_id: string;
    user_id: string;
    type?: string;
    currency?: string;
    status?: string;
    /** How the bank behaves, by a token of Stripe's for tests; one as Plaid makes them where absent. */
    bank_token?: string;
  }): void;
  /** How often a token was made for the account. */
  tokensOf(account_id: string): number;
  stop(): void;
}

type Unary = ServerUnaryCall<{ account_id: string }, object>;

export async function startTestBanking(): Promise<TestBanking> {
  const accounts = new Map<string, Parameters<TestBanking['link']>[0]>();
  const tokens = new Map<string, number>();
  const server = new Server();

  function ownOf(call: Unary) {
    const found = accounts.get(call.request.account_id);
    if (found !== undefined && found.user_id === onBehalfOf(call)) return found;
    throw toGrpcError(fault('NOT_FOUND', 'You have no such account.'));
  }

  function answerWith(make: (found: ReturnType<typeof ownOf>) => object) {
    return (call: Unary, answer: sendUnaryData<object>) => {
      try {
        answer(null, make(ownOf(call)));
      } catch (error) {
        answer(error as Parameters<typeof answer>[0]);
      }
    };
  }

  server.addService(florin.banking.v1.Accounts.service, {
    GetAccount: answerWith(({ account_id, type = 'depository', currency = 'USD', status = 'active' }) => ({
      account: {
        account_id,
        name: 'Harbor Checking',
        mask: '6789',
        institution: 'First Harbor Bank',
        subtype: 'checking',
        type,
        currency,
        status,
      },
    })),
    CreateProviderToken: answerWith(({ account_id, bank_token }) => {
      const count = (tokens.get(account_id) ?? 0) + 1;
      tokens.set(account_id, count);
      const fingerprint = Buffer.from(account_id.slice(-8)).toString('hex');
      return { bank_token: bank_token ?? `btok_linked6789_${fingerprint}_${count}` };
    }),
    ListAccounts: answerWith(() => ({})),
    GetBalance: answerWith(() => ({})),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    link: (account) => void accounts.set(account.account_id, account),
    tokensOf: (account_id) => tokens.get(account_id) ?? 0,
    stop: () => server.forceShutdown(),
  };
}

/** Read without a check: the service under test gets its tokens from a test's identity. */
function onBehalfOf(call: Unary): unknown {
  const [, payload = ''] = String(call.metadata.get('authorization')[0] ?? '').split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { on_behalf_of?: string };
  return claims.on_behalf_of;
}
