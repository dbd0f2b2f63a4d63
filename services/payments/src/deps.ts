import type { AmountPairs, MoneyGuard, PageTokens } from '@florin/chassis';
import type { RawSql } from '@florin/postgres';
import type { FeeSchedule } from './domain/payment/fees.js';
import type { WalletReader } from './ledger/wallets.js';
import type { AdvanceDeps } from './payments/advance.js';
import type { PayeeLookup } from './payments/payee-lookup.js';
import type { People } from './people.js';
import type { BankAccounts } from './providers/bank-accounts.js';

/** What operations, webhooks and workers work with. */
export interface PaymentsDeps extends AdvanceDeps {
  sql: RawSql;
  wallets: WalletReader;
  bankAccounts: BankAccounts;
  people: People;
  payees: PayeeLookup;
  pageTokens: PageTokens;
  fees: FeeSchedule;
  /** The most that one payment may be, by currency, in minor units; without an entry there is no maximum. */
  maximums: ReadonlyMap<string, bigint>;
  /** In which currencies everybody has a wallet. */
  wallet_currencies: readonly string[];
  /** Above which amounts the person is asked. */
  approval_limits: AmountPairs;
  limitsLeft: MoneyGuard['limitsLeft'];
  /** "simulated", "sandbox" or "live". */
  mode: string;
  /** Says that a payment or refund is due, so that nobody waits for the next look. */
  worker: { nudge(): void };
}
