import type { CallKind } from '@florin/chassis';

/** One call to whoever provides what is called. */
export interface MeshCall {
  kind: CallKind;
  /** The tool's or prompt's name, the resource's URI, or what is completed: a prompt's name or a template. */
  name: string;
  /** JSON in UTF-8: the arguments of a tool or prompt, the MCP params of a completion; empty for a resource. */
  arguments_json: Buffer;
  /** Whether the call can do no harm when it is made twice, because it only reads. */
  read_only: boolean;
  /** Whether its arguments carry an `idempotency_key`, so that making it twice does it once. */
  keyed: boolean;
  /** Empty for public operations. */
  mesh_token: string;
  /** Whose turn it is where many wait: a person's, or an address' from which nobody signed in. */
  person: string;
  /** And of that person, one program's. */
  client: string;
  request_id: string;
  traceparent: string;
  signal: AbortSignal;
  on_progress?: ((progress: CallProgress) => void) | undefined;
}

export interface CallProgress {
  progress: number;
  /** 0 where it is not known. */
  total: number;
  message: string;
}

/** Whoever answers calls: a service of the mesh, or the gateway itself. */
export interface Provider {
  readonly name: string;
  /**
   * @returns the result as JSON in UTF-8
   * @throws Fault, and nothing else
   */
  call(call: MeshCall): Promise<Buffer>;
}
