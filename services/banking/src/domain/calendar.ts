/** A calendar day as ISO 8601 writes it, `2026-11-02`. Banks give days, not instants. */
export type Day = string;

const DAY_MS = 86_400_000;

/** Days from `earlier` to `later`; negative the other way round. */
export function daysBetween(earlier: Day, later: Day): number {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / DAY_MS);
}

export function addDays(day: Day, days: number): Day {
  return toDay(new Date(Date.parse(day) + days * DAY_MS));
}

/** The same day of a later month, or that month's last where it is shorter: January 31 and one month is February 28. */
export function addMonths(day: Day, months: number, day_of_month = dayOfMonth(day)): Day {
  const date = new Date(day);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day_of_month, last));
  return toDay(first);
}

export function dayOfMonth(day: Day): number {
  return new Date(day).getUTCDate();
}

/** The day in UTC. */
export function toDay(date: Date): Day {
  return date.toISOString().slice(0, 10);
}
