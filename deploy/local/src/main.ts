import { demo } from './demo.js';
import { type CommandContext, start } from './start.js';

/** The commands that need the workspace installed; the others are in ../commands.mjs. Each resolves to its exit code. */
export const commands: Record<string, (context: CommandContext, args: string[]) => Promise<number>> = {
  start,
  demo,
};
