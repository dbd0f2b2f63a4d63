import type { z } from 'zod';
import type { Context } from './operation.js';
import type { Completers } from './prompt.js';
import type { Scope } from './scopes.js';

export interface ResourceContent<Output> {
  data: Output;
  /** When what it shows last changed, where that is known. */
  last_modified?: Date;
}

/** Something to read at a URI. */
export interface Resource<
  Deps,
  Params extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  /** Unique within the service, e.g. "transactions". */
  name: string;
  title: string;
  description: string;
  /** A URI, or a template (RFC 6570): `{name}` in the path and `{?a,b}` at the end. */
  uri: string;
  scopes: readonly [Scope, ...Scope[]];
  /** The template's variables, all of them strings. */
  params: Params;
  output: Output;
  /** Suggestions for the template's variables, only of what the caller may see. */
  complete?: Completers<Deps>;
  read(params: z.output<Params>, context: Context<Deps>): Promise<ResourceContent<z.input<Output>>>;
}

export function defineResource<Deps>() {
  return <Params extends z.ZodObject, Output extends z.ZodObject>(
    resource: Resource<Deps, Params, Output>,
  ): Resource<Deps, Params, Output> => resource;
}
