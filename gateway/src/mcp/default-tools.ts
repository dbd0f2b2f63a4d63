import type { ToolEntry } from '../mesh/catalogue.js';
import type { Provided } from '../mesh/merged-catalogue.js';

/** What a client is listed that did not ask for more: every tool listed takes from what its model can think of. */
export const DEFAULT_TOOLS_MAX = 30;
export const DEFAULT_TOKENS_MAX = 12_000;

/** JSON Schema in English takes a token for 3.5 to 4 bytes with the tokenizers in use: the lower, to be on the safe side. */
const BYTES_PER_TOKEN = 3.5;

type Entry = Provided<ToolEntry>;

/** An estimate of what a tool costs a model: the name, the description and the arguments are what clients hand on. */
export function estimateTokens({ name, description, inputSchema }: Entry['tool']): number {
  const text = JSON.stringify({ name, description, input_schema: inputSchema });
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/**
 * Chooses what is listed by default: the tools of daily use first, then what is rarely needed, then what is for somebody who
 * has not signed in; of each the services take turns, so that none crowds out the others.
 *
 * @returns the chosen ones, in the order of `entries`
 */
export function chooseDefault(entries: readonly Entry[]): Entry[] {
  const chosen = new Set<Entry>();
  let tokens = 0;
  for (const entry of [0, 1, 2].flatMap((rank) => inTurns(entries.filter((each) => rankOf(each) === rank)))) {
    const more = estimateTokens(entry.tool);
    if (chosen.size >= DEFAULT_TOOLS_MAX || tokens + more > DEFAULT_TOKENS_MAX) continue;
    chosen.add(entry);
    tokens += more;
  }
  return entries.filter((entry) => chosen.has(entry));
}

function rankOf(entry: Entry): number {
  if (entry.public && entry.provider !== 'gateway') return 2;
  return entry.rare === true ? 1 : 0;
}

/** The first of each provider, then the second of each, and so on. */
function inTurns(entries: readonly Entry[]): Entry[] {
  const seen = new Map<string, number>();
  const turns = entries.map((entry) => {
    const turn = seen.get(entry.provider) ?? 0;
    seen.set(entry.provider, turn + 1);
    return { entry, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ entry }) => entry);
}
