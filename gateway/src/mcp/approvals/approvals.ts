import {
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ToolResult } from '../call-tool.js';
import type { Decisions } from './decisions.js';
import type { BoundCall, RequestStates } from './request-states.js';

/** What a client can do for a call, and what it sent along when it repeats one. */
export interface ClientSide {
  capabilities: ClientCapabilities | undefined;
  request_state?: string | undefined;
  input_responses?: Parameters<typeof inputResponse>[0];
}

interface AskedCall extends BoundCall {
  /** What the person reads. */
  title: string;
  signal: AbortSignal;
  client: ClientSide;
  run(args: Record<string, unknown>): Promise<ToolResult>;
}

export type Approvals = (call: AskedCall) => Promise<ToolResult | InputRequiredResult>;

/** The key of the one input request that we make. */
const KEY = 'approval';

/** After the client has shown the page: how long the person is waited for, and how often the service is asked meanwhile. */
const WAIT_MS = 20_000;
const ASK_AGAIN_MS = 5_000;

/** How often a client is asked for one approval. After that it gets what clients get that cannot be asked at all. */
const ROUNDS_MAX = 6;

/**
 * Makes a call whose service may answer that the person has to approve. A client that can open a page for the person is
 * asked to, and makes the call again; all others are given the service's answer: the link, and what to do with it.
 *
 * The client's word counts for nothing: "accept" says that a page was opened. Whether the person approved is decided at
 * identity, where the service asks with the approval's id.
 */
export function createApprovals(options: { states: RequestStates; decisions: Decisions }): Approvals {
  const { states, decisions } = options;

  async function runWhenDecided(call: AskedCall, approval_id: string): Promise<ToolResult> {
    const { run, signal } = call;
    const args = { ...call.arguments, approval_id };
    const until_ms = performance.now() + WAIT_MS;
    let result = await run(args);
    while (pendingIn(result) !== undefined && performance.now() < until_ms && !signal.aborted) {
      await decisions.wait(approval_id, ASK_AGAIN_MS, signal);
      if (!signal.aborted) result = await run(args);
    }
    return result;
  }

  function ask(result: ToolResult, round: number, call: AskedCall): ToolResult | InputRequiredResult {
    const pending = pendingIn(result);
    if (pending === undefined || round > ROUNDS_MAX || !opensPages(call.client)) return result;
    const message = `${call.title}: this needs your approval. Open the page, look at what is asked, and decide there.`;
    return inputRequired({
      inputRequests: { [KEY]: inputRequired.elicitUrl({ message, url: pending.approval_url }) },
      requestState: states.mint({ approval_id: pending.approval_id, round }, call),
    });
  }

  return async (call) => {
    const { client, run } = call;
    if (client.request_state === undefined) return ask(await run(call.arguments), 1, call);
    const { approval_id, round } = await states.redeem(client.request_state, call);
    const answer = inputResponse(client.input_responses, KEY);
    if (answer.kind === 'elicit' && answer.action === 'accept') {
      return ask(await runWhenDecided(call, approval_id), round + 1, call);
    }
    // The person did not want to see the page now. They may have decided elsewhere all the same.
    return run({ ...call.arguments, approval_id });
  };
}

const approvalResult = z.object({
  status: z.literal('approval_required'),
  approval: z.object({
    approval_id: z.string().min(1).max(128),
    approval_url: z.url({ protocol: /^https?$/ }).max(2_048),
  }),
});

function pendingIn(result: ToolResult): z.infer<typeof approvalResult>['approval'] | undefined {
  if ('isError' in result) return undefined;
  // Nearly no call ends so: the schema is for those that say they do.
  if (result.structuredContent.status !== 'approval_required') return undefined;
  return approvalResult.safeParse(result.structuredContent).data?.approval;
}

/** Clients that know forms alone are not asked by a form: the answer would be the client's. */
function opensPages({ capabilities }: ClientSide): boolean {
  return capabilities?.elicitation?.url !== undefined;
}
