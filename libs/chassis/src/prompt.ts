import type { z } from 'zod';
import type { Context } from './operation.js';
import type { Scope } from './scopes.js';

/** By the name of an argument: up to 100 values that begin with what was typed. */
export type Completers<Deps> = Record<string, (typed: string, context: Context<Deps>) => Promise<string[]>>;

export interface PromptMessage {
  role: 'user' | 'assistant';
  text: string;
}

/** A conversation that a person can start by name. */
export interface Prompt<Deps, Arguments extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  scopes: readonly [Scope, ...Scope[]];
  /** All of them strings: MCP knows no others. */
  arguments: Arguments;
  complete?: Completers<Deps>;
  render(args: z.output<Arguments>, context: Context<Deps>): Promise<PromptMessage[]>;
}

export function definePrompt<Deps>() {
  return <Arguments extends z.ZodObject>(prompt: Prompt<Deps, Arguments>): Prompt<Deps, Arguments> => prompt;
}
