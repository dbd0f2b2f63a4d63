import { channelOptions, type ServiceTokens } from '@florin/chassis';
import { fault, fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';

/** A bank account that the person linked, as banking shows it. */
export interface LinkedAccount {
  account_id: string;
  name: string;
  mask: string;
  institution: string;
  currency: string;
  type: string;
  status: string;
}

/** Banking's accounts, asked for on behalf of their owner. */
export interface BankAccounts {
  /** @throws Fault NOT_FOUND, UNAVAILABLE */
  get(user_id: string, account_id: string): Promise<LinkedAccount>;
  /**
   * A token by which the provider reaches the account, to be used once.
   * @throws Fault NOT_FOUND, ACCOUNT_UNLINKED, BANK_LOGIN_REQUIRED, FAILED_PRECONDITION, UNAVAILABLE
   */
  createProviderToken(user_id: string, account_id: string): Promise<string>;
  close(): void;
}

const DEADLINE_MS = 5_000;
/** It asks Plaid, which asks the bank. */
const TOKEN_DEADLINE_MS = 20_000;

export function createBankAccounts(options: { address: string; tokens: ServiceTokens }): BankAccounts {
  const client = new florin.banking.v1.Accounts(
    options.address,
    credentials.createInsecure(),
    channelOptions,
  );

  async function ask<Response>(
    user_id: string,
    timeout_ms: number,
    send: (
      metadata: Metadata,
      call: { deadline: number },
      answer: (error: ServiceError | null, response?: Response) => void,
    ) => void,
  ): Promise<Response> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await options.tokens.get(user_id)}`);
    return new Promise((resolve, reject) => {
      send(metadata, { deadline: Date.now() + timeout_ms }, (error, response) => {
        if (error !== null) reject(fromGrpcError(error));
        else if (response === undefined) reject(fault('INTERNAL', 'Banking answered nothing.'));
        else resolve(response);
      });
    });
  }

  return {
    async get(user_id, account_id) {
      const { account } = await ask<{ account: LinkedAccount | null }>(
        user_id,
        DEADLINE_MS,
        (metadata, call, answer) => client.GetAccount({ account_id }, metadata, call, answer),
      );
      if (account === null) throw fault('INTERNAL', 'Banking answered no account.');
      return account;
    },
    async createProviderToken(user_id, account_id) {
      const { bank_token } = await ask<{ bank_token: string }>(
        user_id,
        TOKEN_DEADLINE_MS,
        (metadata, call, answer) => client.CreateProviderToken({ account_id }, metadata, call, answer),
      );
      return bank_token;
    },
    close: () => client.close(),
  };
}
