export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** Whole days since 1970-01-01, UTC. */
export function dayOf(time_ms: number): number {
  return Math.floor(time_ms / DAY_MS);
}

/** '2026-03-01' */
export function isoDate(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 10);
}

export interface CalendarDay {
  day: number;
  month: number;
  day_of_month: number;
  days_in_month: number;
  /** 0 is Sunday. */
  weekday: number;
}

export function calendarDay(day: number): CalendarDay {
  const date = new Date(day * DAY_MS);
  const month = date.getUTCMonth() + 1;
  return {
    day,
    month,
    day_of_month: date.getUTCDate(),
    days_in_month: new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate(),
    weekday: date.getUTCDay(),
  };
}
