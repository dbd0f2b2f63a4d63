import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Account as _florin_banking_v1_Account, Account__Output as _florin_banking_v1_Account__Output } from './florin/banking/v1/Account.js';
import type { AccountsClient as _florin_banking_v1_AccountsClient, AccountsDefinition as _florin_banking_v1_AccountsDefinition } from './florin/banking/v1/Accounts.js';
import type { CreateProviderTokenRequest as _florin_banking_v1_CreateProviderTokenRequest, CreateProviderTokenRequest__Output as _florin_banking_v1_CreateProviderTokenRequest__Output } from './florin/banking/v1/CreateProviderTokenRequest.js';
import type { CreateProviderTokenResponse as _florin_banking_v1_CreateProviderTokenResponse, CreateProviderTokenResponse__Output as _florin_banking_v1_CreateProviderTokenResponse__Output } from './florin/banking/v1/CreateProviderTokenResponse.js';
import type { GetAccountRequest as _florin_banking_v1_GetAccountRequest, GetAccountRequest__Output as _florin_banking_v1_GetAccountRequest__Output } from './florin/banking/v1/GetAccountRequest.js';
import type { GetAccountResponse as _florin_banking_v1_GetAccountResponse, GetAccountResponse__Output as _florin_banking_v1_GetAccountResponse__Output } from './florin/banking/v1/GetAccountResponse.js';
import type { GetBalanceRequest as _florin_banking_v1_GetBalanceRequest, GetBalanceRequest__Output as _florin_banking_v1_GetBalanceRequest__Output } from './florin/banking/v1/GetBalanceRequest.js';
import type { GetBalanceResponse as _florin_banking_v1_GetBalanceResponse, GetBalanceResponse__Output as _florin_banking_v1_GetBalanceResponse__Output } from './florin/banking/v1/GetBalanceResponse.js';
import type { ListAccountsRequest as _florin_banking_v1_ListAccountsRequest, ListAccountsRequest__Output as _florin_banking_v1_ListAccountsRequest__Output } from './florin/banking/v1/ListAccountsRequest.js';
import type { ListAccountsResponse as _florin_banking_v1_ListAccountsResponse, ListAccountsResponse__Output as _florin_banking_v1_ListAccountsResponse__Output } from './florin/banking/v1/ListAccountsResponse.js';
import type { Money as _florin_banking_v1_Money, Money__Output as _florin_banking_v1_Money__Output } from './florin/banking/v1/Money.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    banking: {
      v1: {
        Account: MessageTypeDefinition<_florin_banking_v1_Account, _florin_banking_v1_Account__Output>
        Accounts: SubtypeConstructor<typeof grpc.Client, _florin_banking_v1_AccountsClient> & { service: _florin_banking_v1_AccountsDefinition }
        CreateProviderTokenRequest: MessageTypeDefinition<_florin_banking_v1_CreateProviderTokenRequest, _florin_banking_v1_CreateProviderTokenRequest__Output>
        CreateProviderTokenResponse: MessageTypeDefinition<_florin_banking_v1_CreateProviderTokenResponse, _florin_banking_v1_CreateProviderTokenResponse__Output>
        GetAccountRequest: MessageTypeDefinition<_florin_banking_v1_GetAccountRequest, _florin_banking_v1_GetAccountRequest__Output>
        GetAccountResponse: MessageTypeDefinition<_florin_banking_v1_GetAccountResponse, _florin_banking_v1_GetAccountResponse__Output>
        GetBalanceRequest: MessageTypeDefinition<_florin_banking_v1_GetBalanceRequest, _florin_banking_v1_GetBalanceRequest__Output>
        GetBalanceResponse: MessageTypeDefinition<_florin_banking_v1_GetBalanceResponse, _florin_banking_v1_GetBalanceResponse__Output>
        ListAccountsRequest: MessageTypeDefinition<_florin_banking_v1_ListAccountsRequest, _florin_banking_v1_ListAccountsRequest__Output>
        ListAccountsResponse: MessageTypeDefinition<_florin_banking_v1_ListAccountsResponse, _florin_banking_v1_ListAccountsResponse__Output>
        Money: MessageTypeDefinition<_florin_banking_v1_Money, _florin_banking_v1_Money__Output>
      }
    }
  }
}

