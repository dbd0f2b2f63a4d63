import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ExchangeRequest as _florin_identity_v1_ExchangeRequest, ExchangeRequest__Output as _florin_identity_v1_ExchangeRequest__Output } from './florin/identity/v1/ExchangeRequest.js';
import type { ExchangeResponse as _florin_identity_v1_ExchangeResponse, ExchangeResponse__Output as _florin_identity_v1_ExchangeResponse__Output } from './florin/identity/v1/ExchangeResponse.js';
import type { IssueServiceTokenRequest as _florin_identity_v1_IssueServiceTokenRequest, IssueServiceTokenRequest__Output as _florin_identity_v1_IssueServiceTokenRequest__Output } from './florin/identity/v1/IssueServiceTokenRequest.js';
import type { IssueServiceTokenResponse as _florin_identity_v1_IssueServiceTokenResponse, IssueServiceTokenResponse__Output as _florin_identity_v1_IssueServiceTokenResponse__Output } from './florin/identity/v1/IssueServiceTokenResponse.js';
import type { ListRevocationsRequest as _florin_identity_v1_ListRevocationsRequest, ListRevocationsRequest__Output as _florin_identity_v1_ListRevocationsRequest__Output } from './florin/identity/v1/ListRevocationsRequest.js';
import type { ListRevocationsResponse as _florin_identity_v1_ListRevocationsResponse, ListRevocationsResponse__Output as _florin_identity_v1_ListRevocationsResponse__Output } from './florin/identity/v1/ListRevocationsResponse.js';
import type { Revocation as _florin_identity_v1_Revocation, Revocation__Output as _florin_identity_v1_Revocation__Output } from './florin/identity/v1/Revocation.js';
import type { TokensClient as _florin_identity_v1_TokensClient, TokensDefinition as _florin_identity_v1_TokensDefinition } from './florin/identity/v1/Tokens.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  florin: {
    identity: {
      v1: {
        ExchangeRequest: MessageTypeDefinition<_florin_identity_v1_ExchangeRequest, _florin_identity_v1_ExchangeRequest__Output>
        ExchangeResponse: MessageTypeDefinition<_florin_identity_v1_ExchangeResponse, _florin_identity_v1_ExchangeResponse__Output>
        IssueServiceTokenRequest: MessageTypeDefinition<_florin_identity_v1_IssueServiceTokenRequest, _florin_identity_v1_IssueServiceTokenRequest__Output>
        IssueServiceTokenResponse: MessageTypeDefinition<_florin_identity_v1_IssueServiceTokenResponse, _florin_identity_v1_IssueServiceTokenResponse__Output>
        ListRevocationsRequest: MessageTypeDefinition<_florin_identity_v1_ListRevocationsRequest, _florin_identity_v1_ListRevocationsRequest__Output>
        ListRevocationsResponse: MessageTypeDefinition<_florin_identity_v1_ListRevocationsResponse, _florin_identity_v1_ListRevocationsResponse__Output>
        Revocation: MessageTypeDefinition<_florin_identity_v1_Revocation, _florin_identity_v1_Revocation__Output>
        Tokens: SubtypeConstructor<typeof grpc.Client, _florin_identity_v1_TokensClient> & { service: _florin_identity_v1_TokensDefinition }
      }
    }
  }
}

