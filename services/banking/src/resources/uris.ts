/** What events name as changed: the URIs of the resources here, with ids and without a query. */
export const accountsUri = (user_id: string): string => `banking://${user_id}/accounts`;
export const balanceUri = (account_id: string): string => `banking://${account_id}/balance`;
export const transactionsUri = (account_id: string): string => `banking://${account_id}/transactions`;
