import { z } from 'zod';

/** "at most 8", as the events' own schema has it. */
const RESOURCES_MAX = 8;

/** The one attribute of an event that the gateway reads: it knows no domain. */
const changing = z.object({ resources: z.string().max(4_096) });

/** @returns the keys of the resources that read differently since this event; none where it names none */
export function changedResources(event: unknown): string[] {
  const parsed = changing.safeParse(event);
  return parsed.success ? parsed.data.resources.split(' ').slice(0, RESOURCES_MAX) : [];
}
