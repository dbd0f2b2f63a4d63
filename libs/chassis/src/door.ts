import { asFault, type Fault, fault, invalidArgument } from '@florin/faults';
import type { z } from 'zod';
import type { Actor, VerifyActor } from './actor.js';
import type { Offer } from './catalogue.js';
import type { Clock } from './clock.js';
import type { MoneyGuard } from './guard/guard.js';
import type { Logger } from './logger.js';
import type { CallMetrics } from './metrics.js';
import type { AnyOperation, Context, PublicContext } from './operation.js';
import type { Completers, Prompt } from './prompt.js';
import { refuseText } from './refuse-text.js';
import type { Resource } from './resource.js';
import type { Scope } from './scopes.js';
import type { Tracing } from './telemetry.js';
import { parseUriTemplate, type UriTemplate } from './uri-template.js';

export type CallKind = 'tool' | 'resource' | 'prompt' | 'completion';

export interface CallRequest {
  kind: CallKind;
  /** The tool's or prompt's name, the resource's URI, the name of the completed prompt or the template that is completed. */
  name: string;
  /** What the caller sent, unchecked. */
  arguments: unknown;
  /** Empty for public operations. */
  mesh_token: string;
  request_id: string;
  traceparent: string;
  signal: AbortSignal;
  progress(done: number, total: number, message: string): void;
}

/** The only way in to what a service offers, whatever the transport. */
export interface Door {
  /**
   * Verifies the actor, checks scopes, parses the input, runs, parses the output.
   *
   * @returns JSON: the tool's structured content; for the other kinds the result that MCP defines
   * @throws Fault, and nothing else
   */
  call(request: CallRequest): Promise<string>;
  /** Whether the call can do no harm when it is made twice. */
  isReadOnly(kind: CallKind, name: string): boolean;
}

export interface DoorOptions<Deps> {
  offer: Offer<Deps>;
  deps: Deps;
  verify: VerifyActor;
  now: Clock;
  logger: Logger;
  metrics: CallMetrics;
  tracing: Tracing;
  /** Where operations move money. */
  guard?: MoneyGuard;
  /** Turns an error of a library into a Fault, e.g. a lost connection into UNAVAILABLE. */
  toFault?: (error: unknown) => Fault | undefined;
}

/** A result is read by a model: more than this helps nobody, and costs everybody. */
const MAX_RESULT_BYTES = 64 * 1024;
const MAX_COMPLETIONS = 100;
/** The gateway's tool by which resources are read; a client that reads them directly needs no less. */
const READ_RESOURCE = 'read_resource';

interface CompletionArguments {
  argument?: { name?: unknown; value?: unknown };
}

export function createDoor<Deps>(options: DoorOptions<Deps>): Door {
  const { offer, deps, verify, now, logger, metrics, tracing } = options;
  const operations = new Map(offer.operations.map((operation) => [operation.name, operation]));
  const prompts = new Map(offer.prompts.map((prompt) => [prompt.name, prompt]));
  const resources = offer.resources.map((resource) => ({
    resource,
    template: parseUriTemplate(resource.uri),
  }));

  async function admit(request: CallRequest, scopes: readonly Scope[]): Promise<Context<Deps>> {
    const actor = await verify(request.mesh_token);
    requireScopes(actor, scopes);
    return { ...publicContext(request), actor };
  }

  function publicContext(request: CallRequest): PublicContext<Deps> {
    const { request_id, signal, traceparent, progress } = request;
    const child = logger.child({ request_id });
    return { deps, now: now(), request_id, signal, traceparent, progress, logger: child };
  }

  async function callTool(request: CallRequest): Promise<string> {
    const operation = operations.get(request.name);
    if (operation === undefined)
      throw fault('UNKNOWN_TOOL', 'There is no such tool. List the tools to see which there are.');
    if ('public' in operation) {
      const context = publicContext(request);
      const input = parseInput(operation.input, request.arguments);
      return finish(operation, await operation.run(input, context), context.logger);
    }
    const context = await admit(request, operation.scopes);
    requireTool(context.actor, operation.name);
    const input = parseInput(operation.input, request.arguments);
    const result =
      'guard' in operation
        ? await requireGuard(options.guard).call(operation, input, context)
        : await operation.run(input, context);
    return finish(operation, result, context.logger);
  }

  async function readResource(request: CallRequest): Promise<string> {
    const { resource, values } = findResource(resources, request.name);
    const context = await admit(request, resource.scopes);
    requireTool(context.actor, READ_RESOURCE);
    const { data, last_modified } = await resource.read(parseInput(resource.params, values), context);
    const text = requireSize(JSON.stringify(resource.output.parse(data)));
    const meta = last_modified === undefined ? {} : { _meta: { lastModified: last_modified.toISOString() } };
    return JSON.stringify({
      contents: [{ uri: request.name, mimeType: 'application/json', text, ...meta }],
    });
  }

  async function renderPrompt(request: CallRequest): Promise<string> {
    const prompt = findPrompt(prompts, request.name);
    const context = await admit(request, prompt.scopes);
    const messages = await prompt.render(parseInput(prompt.arguments, request.arguments), context);
    return JSON.stringify({
      description: prompt.description,
      messages: messages.map(({ role, text }) => ({ role, content: { type: 'text', text } })),
    });
  }

  async function complete(request: CallRequest): Promise<string> {
    const target = resources.find(({ template }) => template.template === request.name)?.resource;
    const completed: Resource<Deps> | Prompt<Deps> = target ?? findPrompt(prompts, request.name);
    const context = await admit(request, completed.scopes);
    requireTool(context.actor, READ_RESOURCE);
    refuseText(request.arguments);
    const values = await suggest(completed.complete, request.arguments as CompletionArguments, context);
    return JSON.stringify({
      completion: { values: values.slice(0, MAX_COMPLETIONS), hasMore: values.length > MAX_COMPLETIONS },
    });
  }

  const byKind = { tool: callTool, resource: readResource, prompt: renderPrompt, completion: complete };

  return {
    async call(request) {
      const name = metricName(request, operations, resources);
      const span = tracing.start(`${request.kind} ${name}`, request.traceparent);
      const finished = metrics.started(request.kind, name);
      try {
        const result = await byKind[request.kind]({ ...request, traceparent: span.traceparent });
        finished('OK');
        span.end();
        return result;
      } catch (error) {
        const failure = options.toFault?.(error) ?? asFault(error);
        finished(failure.reason);
        span.end(failure);
        logFailure(logger, request, name, failure);
        throw failure;
      }
    },
    isReadOnly: (kind, name) => kind !== 'tool' || operations.get(name)?.hints.readOnly === true,
  };
}

function requireGuard(guard: MoneyGuard | undefined): MoneyGuard {
  if (guard === undefined) throw new Error('an operation that moves money is offered without a guard');
  return guard;
}

function requireScopes(actor: Actor, scopes: readonly Scope[]): void {
  const missing = scopes.filter((scope) => !actor.scopes.has(scope));
  if (missing.length === 0) return;
  throw fault(
    'INSUFFICIENT_SCOPE',
    `This needs the permission ${missing.join(', ')}. Ask the person to grant it.`,
    {
      details: { required_scopes: scopes },
    },
  );
}

/** The person may have allowed an agent some tools only. Resources, and what completes their ids, go by the tool that reads them. */
function requireTool({ tools }: Actor, name: string): void {
  if (tools === undefined || tools.has(name)) return;
  throw fault(
    'TOOL_NOT_ALLOWED',
    `The person does not let this agent use ${name}. Ask them to allow it, or to do it themselves.`,
  );
}

/** @throws Fault CARD_NUMBER_REFUSED before anything else is said of the input */
function parseInput<S extends z.ZodObject>(schema: S, value: unknown): z.output<S> {
  refuseText(value);
  const parsed = schema.safeParse(value ?? {});
  if (!parsed.success) throw invalidArgument(parsed.error.issues, schema);
  return parsed.data;
}

/**
 * The output's schema is a promise to clients, who refuse what breaks it. Where a write breaks it, what happened has
 * happened: the ids are told, so that nobody repeats it.
 */
function finish<Deps>(operation: AnyOperation<Deps>, result: object, logger: Logger): string {
  const parsed = operation.output.safeParse(result);
  if (!parsed.success) {
    logger.error({ operation: operation.name, issues: parsed.error.issues }, 'the result broke its schema');
    throw operation.hints.readOnly ? asFault(parsed.error) : tookEffect(result);
  }
  try {
    return requireSize(JSON.stringify(parsed.data));
  } catch (tooLarge) {
    throw operation.hints.readOnly ? tooLarge : tookEffect(result);
  }
}

function tookEffect(result: object): Fault {
  const ids = Object.entries(result).filter(
    ([name, value]) => name.endsWith('_id') && typeof value === 'string',
  );
  return fault(
    'INTERNAL',
    'This took effect, but its result cannot be shown. Do not repeat it; look it up instead.',
    {
      details: { committed: true, ...Object.fromEntries(ids) },
    },
  );
}

function requireSize(json: string): string {
  if (Buffer.byteLength(json) <= MAX_RESULT_BYTES) return json;
  throw fault(
    'RESULT_TOO_LARGE',
    'The result is larger than 64 KiB. Ask for a smaller page or a shorter range.',
  );
}

interface Entry<Deps> {
  resource: Resource<Deps>;
  template: UriTemplate;
}

function findResource<Deps>(resources: readonly Entry<Deps>[], uri: string) {
  for (const { resource, template } of resources) {
    const values = template.match(uri);
    if (values !== undefined) return { resource, values };
  }
  throw fault(
    'UNKNOWN_RESOURCE',
    'There is no resource of that form. List the resource templates to see which there are.',
  );
}

function findPrompt<Deps>(prompts: ReadonlyMap<string, Prompt<Deps>>, name: string): Prompt<Deps> {
  const prompt = prompts.get(name);
  if (prompt === undefined)
    throw fault('UNKNOWN_PROMPT', 'There is no such prompt. List the prompts to see which there are.');
  return prompt;
}

async function suggest<Deps>(
  completers: Completers<Deps> | undefined,
  args: CompletionArguments | undefined,
  context: Context<Deps>,
): Promise<string[]> {
  const name = args?.argument?.name;
  const value = args?.argument?.value;
  if (typeof name !== 'string' || typeof value !== 'string' || value.length > 256) return [];
  if (completers === undefined || !Object.hasOwn(completers, name)) return [];
  return (await completers[name]?.(value, context)) ?? [];
}

/** Names in metrics and logs come from the catalogue alone: a URI holds ids, and a caller's text would be without bound. */
function metricName<Deps>(
  request: CallRequest,
  operations: ReadonlyMap<string, AnyOperation<Deps>>,
  resources: readonly Entry<Deps>[],
): string {
  if (request.kind === 'tool') return operations.has(request.name) ? request.name : 'unknown';
  const entry = resources.find(
    ({ template }) => template.template === request.name || template.match(request.name) !== undefined,
  );
  return entry?.resource.uri ?? (request.kind === 'resource' ? 'unknown' : 'prompt');
}

function logFailure(logger: Logger, request: CallRequest, name: string, failure: Fault): void {
  const entry = { request_id: request.request_id, kind: request.kind, name, reason: failure.reason };
  // What the caller got wrong is the caller's; what we got wrong is worth waking somebody.
  if (failure.code === 'INTERNAL' || failure.code === 'UNKNOWN')
    logger.error({ ...entry, err: failure }, 'call failed');
  else
    logger.info(
      { ...entry, cause: failure.cause === undefined ? undefined : String(failure.cause) },
      'call refused',
    );
}
