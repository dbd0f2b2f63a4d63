export type {
  ItemSummary,
  PlaidControl,
  TransactionSummary,
} from './control/plaid-control.js';
export type { Status } from './control/status.js';
export type { FaultInput, SandboxFault } from './faults.js';
export { type Sandbox, type SandboxControl, type SandboxOptions, start } from './start.js';
