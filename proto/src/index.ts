import * as grpc from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import type { ProtoGrpcType as BankingTypes } from '../gen/accounts.js';
import type { ProtoGrpcType as ApprovalsTypes } from '../gen/approvals.js';
import type { ProtoGrpcType as MeshTypes } from '../gen/capabilities.js';
import descriptor from '../gen/descriptor.json' with { type: 'json' };
import type { ProtoGrpcType as LimitsTypes } from '../gen/limits.js';
import type { ProtoGrpcType as PeopleTypes } from '../gen/people.js';
import type { ProtoGrpcType as PrivacyTypes } from '../gen/personal_data.js';
import type { ProtoGrpcType as ScreeningTypes } from '../gen/screening.js';
import type { ProtoGrpcType as IdentityTypes } from '../gen/tokens.js';
import type { ProtoGrpcType as PaymentsTypes } from '../gen/wallets.js';

/** Field names as in the .proto files; int64 as decimal strings; enums by name. */
export const packageDefinition: PackageDefinition = fromJSON(descriptor as Parameters<typeof fromJSON>[0], {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});

const loaded = grpc.loadPackageDefinition(packageDefinition) as unknown as {
  florin: ApprovalsTypes['florin'] &
    BankingTypes['florin'] &
    IdentityTypes['florin'] &
    LimitsTypes['florin'] &
    MeshTypes['florin'] &
    PaymentsTypes['florin'] &
    PeopleTypes['florin'] &
    PrivacyTypes['florin'] &
    ScreeningTypes['florin'];
};

/** The contracts by package: `florin.mesh.v1.Capabilities` is the client class, its `.service` the server's definition. */
export const florin = loaded.florin;

export type { AccountsClient, AccountsHandlers } from '../gen/florin/banking/v1/Accounts.js';
export type { ScreeningClient, ScreeningHandlers } from '../gen/florin/fraud/v1/Screening.js';
export type {
  ScreenRequest,
  ScreenRequest__Output as ReceivedScreenRequest,
} from '../gen/florin/fraud/v1/ScreenRequest.js';
export type {
  ScreenResponse,
  ScreenResponse__Output as ReceivedScreenResponse,
} from '../gen/florin/fraud/v1/ScreenResponse.js';
export type { ApprovalBinding__Output as ReceivedApprovalBinding } from '../gen/florin/identity/v1/ApprovalBinding.js';
export type { ApprovalsClient, ApprovalsHandlers } from '../gen/florin/identity/v1/Approvals.js';
export type { LimitsClient, LimitsHandlers } from '../gen/florin/identity/v1/Limits.js';
export type { PeopleClient, PeopleHandlers } from '../gen/florin/identity/v1/People.js';
export type { Reserve__Output as ReceivedReserve } from '../gen/florin/identity/v1/Reserve.js';
export type {
  SpendRequest,
  SpendRequest__Output as ReceivedSpendRequest,
} from '../gen/florin/identity/v1/SpendRequest.js';
export type {
  SpendResponse,
  SpendResponse__Output as ReceivedSpendResponse,
} from '../gen/florin/identity/v1/SpendResponse.js';
export type { TokensClient, TokensHandlers } from '../gen/florin/identity/v1/Tokens.js';
export type { Call, Call__Output as ReceivedCall } from '../gen/florin/mesh/v1/Call.js';
export type { CapabilitiesClient, CapabilitiesHandlers } from '../gen/florin/mesh/v1/Capabilities.js';
export type { DescribeResponse__Output as Description } from '../gen/florin/mesh/v1/DescribeResponse.js';
export type { Reply, Reply__Output as ReceivedReply } from '../gen/florin/mesh/v1/Reply.js';
export type { Start__Output as ReceivedStart } from '../gen/florin/mesh/v1/Start.js';
export type { MethodsClient, MethodsHandlers } from '../gen/florin/payments/v1/Methods.js';
export type { WalletsClient, WalletsHandlers } from '../gen/florin/payments/v1/Wallets.js';
export type {
  ExportResponse as ExportPart,
  ExportResponse__Output as ReceivedExportPart,
} from '../gen/florin/privacy/v1/ExportResponse.js';
export type { PersonalDataClient, PersonalDataHandlers } from '../gen/florin/privacy/v1/PersonalData.js';
