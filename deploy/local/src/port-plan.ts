import { freePorts } from '@florin/testkit';
import { busyPorts, describeBusyPorts, type Port } from './ports.js';
import { HOST, infrastructurePorts, topology } from './topology.js';

/** Port by `<process> <role>`; Postgres and NATS are `postgres` and `nats`, role `server`. */
export type PortPlan = (process: string, role: string) => number;

/** The documented ports, or what variables such as GATEWAY_PORT say instead. */
export function fixedPorts(env: NodeJS.ProcessEnv): Port[] {
  return everyPort().map(({ variable, fixed, owner }) => ({
    owner,
    variable,
    port: read(env, variable) ?? fixed,
  }));
}

/**
 * @throws Error for a person, when a fixed port is taken: which, by whom it is needed, and the variable that moves it
 */
export async function planPorts(kind: 'fixed' | 'free', except: readonly string[] = []): Promise<PortPlan> {
  const wanted = everyPort().filter(({ owner }) => !except.includes(owner));
  let ports: number[];
  if (kind === 'free') {
    ports = await freePorts(wanted.length);
  } else {
    const fixed = fixedPorts(process.env).filter(({ owner }) => !except.includes(owner));
    const busy = await busyPorts(HOST, fixed);
    if (busy.length > 0) throw new Error(describeBusyPorts(busy));
    ports = fixed.map(({ port }) => port);
  }
  const plan = new Map(wanted.map(({ owner, role }, index) => [`${owner} ${role}`, ports[index]]));
  return (owner, role) => {
    const port = plan.get(`${owner} ${role}`);
    if (port === undefined) throw new Error(`no port is planned for ${owner} (${role})`);
    return port;
  };
}

function everyPort(): { owner: string; role: string; variable: string; fixed: number }[] {
  const servers = Object.entries(infrastructurePorts).map(([owner, spec]) => ({
    owner,
    role: 'server',
    ...spec,
  }));
  const processes = topology.flatMap(({ name, ports }) =>
    Object.entries(ports).map(([role, spec]) => ({ owner: name, role, ...spec })),
  );
  return [...servers, ...processes];
}

function read(env: NodeJS.ProcessEnv, variable: string): number | undefined {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${variable}=${text} is not a port: give a number from 1 to 65535`);
  }
  return port;
}
