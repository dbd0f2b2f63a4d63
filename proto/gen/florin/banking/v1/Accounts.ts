// Original file: florin/banking/v1/accounts.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateProviderTokenRequest as _florin_banking_v1_CreateProviderTokenRequest, CreateProviderTokenRequest__Output as _florin_banking_v1_CreateProviderTokenRequest__Output } from '../../../florin/banking/v1/CreateProviderTokenRequest.js';
import type { CreateProviderTokenResponse as _florin_banking_v1_CreateProviderTokenResponse, CreateProviderTokenResponse__Output as _florin_banking_v1_CreateProviderTokenResponse__Output } from '../../../florin/banking/v1/CreateProviderTokenResponse.js';
import type { GetAccountRequest as _florin_banking_v1_GetAccountRequest, GetAccountRequest__Output as _florin_banking_v1_GetAccountRequest__Output } from '../../../florin/banking/v1/GetAccountRequest.js';
import type { GetAccountResponse as _florin_banking_v1_GetAccountResponse, GetAccountResponse__Output as _florin_banking_v1_GetAccountResponse__Output } from '../../../florin/banking/v1/GetAccountResponse.js';
import type { GetBalanceRequest as _florin_banking_v1_GetBalanceRequest, GetBalanceRequest__Output as _florin_banking_v1_GetBalanceRequest__Output } from '../../../florin/banking/v1/GetBalanceRequest.js';
import type { GetBalanceResponse as _florin_banking_v1_GetBalanceResponse, GetBalanceResponse__Output as _florin_banking_v1_GetBalanceResponse__Output } from '../../../florin/banking/v1/GetBalanceResponse.js';
import type { ListAccountsRequest as _florin_banking_v1_ListAccountsRequest, ListAccountsRequest__Output as _florin_banking_v1_ListAccountsRequest__Output } from '../../../florin/banking/v1/ListAccountsRequest.js';
import type { ListAccountsResponse as _florin_banking_v1_ListAccountsResponse, ListAccountsResponse__Output as _florin_banking_v1_ListAccountsResponse__Output } from '../../../florin/banking/v1/ListAccountsResponse.js';

export interface AccountsClient extends grpc.Client {
  CreateProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  createProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  createProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  createProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  createProviderToken(argument: _florin_banking_v1_CreateProviderTokenRequest, callback: grpc.requestCallback<_florin_banking_v1_CreateProviderTokenResponse__Output>): grpc.ClientUnaryCall;
  
  GetAccount(argument: _florin_banking_v1_GetAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  GetAccount(argument: _florin_banking_v1_GetAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  GetAccount(argument: _florin_banking_v1_GetAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  GetAccount(argument: _florin_banking_v1_GetAccountRequest, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _florin_banking_v1_GetAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _florin_banking_v1_GetAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _florin_banking_v1_GetAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _florin_banking_v1_GetAccountRequest, callback: grpc.requestCallback<_florin_banking_v1_GetAccountResponse__Output>): grpc.ClientUnaryCall;
  
  GetBalance(argument: _florin_banking_v1_GetBalanceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  GetBalance(argument: _florin_banking_v1_GetBalanceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  GetBalance(argument: _florin_banking_v1_GetBalanceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  GetBalance(argument: _florin_banking_v1_GetBalanceRequest, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  getBalance(argument: _florin_banking_v1_GetBalanceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  getBalance(argument: _florin_banking_v1_GetBalanceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  getBalance(argument: _florin_banking_v1_GetBalanceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  getBalance(argument: _florin_banking_v1_GetBalanceRequest, callback: grpc.requestCallback<_florin_banking_v1_GetBalanceResponse__Output>): grpc.ClientUnaryCall;
  
  ListAccounts(argument: _florin_banking_v1_ListAccountsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  ListAccounts(argument: _florin_banking_v1_ListAccountsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  ListAccounts(argument: _florin_banking_v1_ListAccountsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  ListAccounts(argument: _florin_banking_v1_ListAccountsRequest, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _florin_banking_v1_ListAccountsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _florin_banking_v1_ListAccountsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _florin_banking_v1_ListAccountsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _florin_banking_v1_ListAccountsRequest, callback: grpc.requestCallback<_florin_banking_v1_ListAccountsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AccountsHandlers extends grpc.UntypedServiceImplementation {
  CreateProviderToken: grpc.handleUnaryCall<_florin_banking_v1_CreateProviderTokenRequest__Output, _florin_banking_v1_CreateProviderTokenResponse>;
  
  GetAccount: grpc.handleUnaryCall<_florin_banking_v1_GetAccountRequest__Output, _florin_banking_v1_GetAccountResponse>;
  
  GetBalance: grpc.handleUnaryCall<_florin_banking_v1_GetBalanceRequest__Output, _florin_banking_v1_GetBalanceResponse>;
  
  ListAccounts: grpc.handleUnaryCall<_florin_banking_v1_ListAccountsRequest__Output, _florin_banking_v1_ListAccountsResponse>;
  
}

export interface AccountsDefinition extends grpc.ServiceDefinition {
  CreateProviderToken: MethodDefinition<_florin_banking_v1_CreateProviderTokenRequest, _florin_banking_v1_CreateProviderTokenResponse, _florin_banking_v1_CreateProviderTokenRequest__Output, _florin_banking_v1_CreateProviderTokenResponse__Output>
  GetAccount: MethodDefinition<_florin_banking_v1_GetAccountRequest, _florin_banking_v1_GetAccountResponse, _florin_banking_v1_GetAccountRequest__Output, _florin_banking_v1_GetAccountResponse__Output>
  GetBalance: MethodDefinition<_florin_banking_v1_GetBalanceRequest, _florin_banking_v1_GetBalanceResponse, _florin_banking_v1_GetBalanceRequest__Output, _florin_banking_v1_GetBalanceResponse__Output>
  ListAccounts: MethodDefinition<_florin_banking_v1_ListAccountsRequest, _florin_banking_v1_ListAccountsResponse, _florin_banking_v1_ListAccountsRequest__Output, _florin_banking_v1_ListAccountsResponse__Output>
}
