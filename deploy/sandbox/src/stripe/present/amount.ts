/** `$12.34`: for people, from the smallest unit. */
export function inMajor(amount: number, currency: string): string {
  const style = { style: 'currency', currency: currency.toUpperCase() } as const;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en-US', style).resolvedOptions();
  return new Intl.NumberFormat('en-US', style).format(amount / 10 ** maximumFractionDigits);
}
