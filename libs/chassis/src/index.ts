export {
  type Actor,
  createVerifier,
  groundsOfToken,
  MESH_AUDIENCE,
  ownerOf,
  type VerifyActor,
} from './actor.js';
export { type AddressBlocks, addressBlocks, isAddressBlock, plainAddress } from './address-blocks.js';
export {
  type ApprovalRequest,
  type ApprovalResult,
  approvalInput,
  approvalOutput,
  approvalRequired,
  argumentsHash,
  type SummaryLine,
} from './approval.js';
export {
  type Catalogue,
  type CataloguePrompt,
  type CatalogueResource,
  type CatalogueTemplate,
  type CatalogueTool,
  contentHash,
  describeOffer,
  type Offer,
} from './catalogue.js';
export { type Clock, systemClock } from './clock.js';
export {
  ConfigError,
  loadConfig,
  processConfig,
  providerMode,
  requireLiveConsent,
  revocationConfig,
  serviceConfig,
  statefulConfig,
} from './config.js';
export { type CallKind, type CallRequest, createDoor, type Door, type DoorOptions } from './door.js';
export { createCapabilities, MAX_ARGUMENTS_BYTES, type ServiceIdentity } from './exchange-server.js';
export { type RpcService, type RunningGrpcServer, startGrpcServer } from './grpc-server.js';
export { createMoneyGuard } from './guard/compose.js';
export { moneyInput, moneyOutput } from './guard/fields.js';
export type { KeyReader, KeyRecord, MoneyGuard } from './guard/guard.js';
export type { LimitsLeft } from './guard/limits.js';
export {
  defineMoneyOperation,
  KeyTaken,
  type MoneyOperation,
  type MoneyPlan,
  type Permit,
  type Screening,
} from './guard/money-operation.js';
export { type AmountPairs, type AskedOf, moneyConfig, unscreenedAllowance, whyAsk } from './guard/policy.js';
export {
  createEdge,
  listen,
  type ReadinessCheck,
  type RunningHttpServer,
  requestId,
} from './http-edge.js';
export { idSchema, idToUuid, newId, userIdSchema, uuidToId } from './ids.js';
export { createLogger, type Logger } from './logger.js';
export { type CallMetrics, createMetrics, type Metrics } from './metrics.js';
export { createNatsLink, type NatsLink } from './nats-link.js';
export {
  type AnyOperation,
  type Context,
  defineOperation,
  definePublicOperation,
  type Hints,
  type Operation,
  type PublicContext,
  type PublicOperation,
} from './operation.js';
export { createPageTokens, type PageTokens, pageInput, pageOutput } from './page-token.js';
export { type Completers, definePrompt, type Prompt, type PromptMessage } from './prompt.js';
export { defineResource, type Resource, type ResourceContent } from './resource.js';
export {
  followRevocations,
  REVOCATIONS_SUBJECT,
  type RevocationFeed,
  type RevocationMessage,
} from './revocation-feed.js';
export {
  type Grounds,
  KnownRevocations,
  REMEMBER_MS,
  type Revocation,
  type Revocations,
} from './revocations.js';
export { allScopes, isScope, type Scope, scopes } from './scopes.js';
export { type RpcContext, type RpcSupport, serveOpenRpc, serveRpc, serveStreamRpc } from './serve-rpc.js';
export {
  type RunningService,
  runCommand,
  runProcess,
  type ServiceParts,
  type StartContext,
  startService,
} from './service.js';
export { channelOptions, createServiceTokens, type ServiceTokens } from './service-token.js';
export { createTracing, type Tracing } from './telemetry.js';
export { parseUriTemplate, type UriTemplate } from './uri-template.js';
