import type { SandboxFault } from '../faults.js';
import type { Delivery } from '../plaid/webhooks.js';
import type { StripeDelivery } from '../stripe/webhooks.js';
import type { ItemSummary } from './plaid-control.js';

/** What the control server tells about the sandbox. */
export interface Status {
  providers: { name: string; url: string; endpoints: readonly string[] }[];
  seed: string;
  started_at: string;
  data_dir: string | null;
  faults: SandboxFault[];
  items: ItemSummary[];
  webhooks: {
    webhook_code: string;
    url: string;
    state: Delivery['state'] | StripeDelivery['state'];
    attempts: number;
  }[];
  /** How many are caught. */
  mails: number;
}
