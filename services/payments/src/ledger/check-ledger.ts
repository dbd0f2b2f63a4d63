import { uuidToId } from '@florin/chassis';
import type { RawSql } from '@florin/postgres';

/** What does not hold, and where. */
export interface LedgerViolation {
  readonly kind:
    | 'currency_unbalanced'
    | 'transfer_not_entered'
    | 'balance_differs'
    | 'limit_passed'
    | 'resolved_wrongly';
  /** A currency, `trf_…` or `wal_…`. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** More than this many are not read: something is wrong with all. */
const MOST = 100;

/**
 * Reads the whole book and says what does not hold: in each currency debits equal credits, each transfer has its two
 * entries, each account has the sums of its entries and keeps its limit, and what resolves or reverses a transfer fits it.
 * One statement, so it sees one moment, whoever writes beside it. It costs a scan of accounts, transfers and entries.
 * @returns nothing where all is well
 */
export async function checkLedger(sql: RawSql): Promise<LedgerViolation[]> {
  const rows = await sql<LedgerViolation[]>`
    with sides as (
      select accounts.currency, entries.side, sum(posted_minor) as posted, sum(pending_minor) as pending
      from entries join accounts using (account_id) group by 1, 2
    ), unbalanced as (
      select 'currency_unbalanced' as kind, currency as subject, debit.posted || ' ' || debit.pending as expected,
        credit.posted || ' ' || credit.pending as found
      from (select * from sides where side = 'debit') as debit
      full join (select * from sides where side = 'credit') as credit using (currency)
      where (debit.posted, debit.pending) is distinct from (credit.posted, credit.pending)
    ), due as (
      select made.transfer_id, side.name as side,
        case side.name when 'debit' then made.debit_account_id else made.credit_account_id end as account_id,
        case when made.kind in ('single', 'post', 'reversal') then made.amount_minor else 0 end as posted_minor,
        case when made.kind = 'pending' then made.amount_minor
          when made.kind in ('post', 'void') then -pending.amount_minor else 0 end as pending_minor
      from transfers as made left join transfers as pending on pending.transfer_id = made.pending_id
        cross join (values ('debit'), ('credit')) as side(name)
    ), not_entered as (
      select 'transfer_not_entered', coalesce(due.transfer_id, entries.transfer_id)::text,
        concat_ws(' ', due.side, due.account_id, due.posted_minor, due.pending_minor),
        concat_ws(' ', entries.side, entries.account_id, entries.posted_minor, entries.pending_minor)
      from due full join entries using (transfer_id, side, account_id, posted_minor, pending_minor)
      where due.transfer_id is null or entries.transfer_id is null
    ), entered_often as (
      select 'transfer_not_entered', transfer_id::text, '2 entries', count(*) || ' entries'
      from entries group by transfer_id having count(*) <> 2
    ), replay as (
      select account_id,
        coalesce(sum(posted_minor) filter (where side = 'debit'), 0) as debits_posted,
        coalesce(sum(posted_minor) filter (where side = 'credit'), 0) as credits_posted,
        coalesce(sum(pending_minor) filter (where side = 'debit'), 0) as debits_pending,
        coalesce(sum(pending_minor) filter (where side = 'credit'), 0) as credits_pending
      from accounts left join entries using (account_id) group by account_id
    ), different as (
      select 'balance_differs', account_id::text,
        concat_ws(' ', debits_posted, credits_posted, debits_pending, credits_pending),
        concat_ws(' ', debits_posted_minor, credits_posted_minor, debits_pending_minor, credits_pending_minor)
      from accounts join replay using (account_id)
      where (debits_posted, credits_posted, debits_pending, credits_pending)
        <> (debits_posted_minor, credits_posted_minor, debits_pending_minor, credits_pending_minor)
    ), available as (
      select account_id, min_available_minor, case normal_side
        when 'credit' then credits_posted_minor - debits_posted_minor - debits_pending_minor
        else debits_posted_minor - credits_posted_minor - credits_pending_minor end as available_minor
      from accounts where min_available_minor is not null
    ), passed as (
      select 'limit_passed', account_id::text, min_available_minor::text, available_minor::text
      from available where available_minor < min_available_minor
    ), wrong as (
      select 'resolved_wrongly', made.transfer_id::text, concat_ws(' ', named.kind, named.amount_minor),
        concat_ws(' ', made.kind, made.amount_minor)
      from transfers as made
        left join transfers as named on named.transfer_id = coalesce(made.pending_id, made.reverses_id)
      where made.kind in ('post', 'void', 'reversal') and not coalesce(
        named.currency = made.currency and case made.kind
          when 'reversal' then named.kind in ('single', 'post') and named.amount_minor = made.amount_minor
            and (named.debit_account_id, named.credit_account_id) = (made.credit_account_id, made.debit_account_id)
          else named.kind = 'pending'
            and (named.debit_account_id, named.credit_account_id) = (made.debit_account_id, made.credit_account_id)
            and case made.kind when 'void' then named.amount_minor = made.amount_minor
              else named.amount_minor >= made.amount_minor end
          end, false)
    )
    select * from unbalanced union all select * from not_entered union all select * from entered_often
    union all select * from different union all select * from passed union all select * from wrong
    limit ${MOST}`;
  return rows.map((row) => ({ ...row, subject: subjectOf(row) }));
}

function subjectOf({ kind, subject }: LedgerViolation): string {
  if (kind === 'currency_unbalanced') return subject;
  return uuidToId(kind === 'balance_differs' || kind === 'limit_passed' ? 'wal' : 'trf', subject);
}
