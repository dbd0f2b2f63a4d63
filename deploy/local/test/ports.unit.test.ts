import { createServer, type Server } from 'node:net';
import { freePorts } from '@florin/testkit';
import { afterEach, expect, test } from 'vitest';
import { fixedPorts, planPorts } from '../src/port-plan.js';
import { busyPorts, describeBusyPorts } from '../src/ports.js';
import { HOST } from '../src/topology.js';

let server: Server | undefined;
afterEach(() => server?.close());

test('a taken port is reported with its owner and the variable that moves it', async () => {
  const [taken = 0, free = 0] = await freePorts(2);
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(taken, HOST, resolve));
  const wanted = [
    { owner: 'gateway', variable: 'GATEWAY_PORT', port: taken },
    { owner: 'banking', variable: 'BANKING_PORT', port: free },
  ];
  const busy = await busyPorts(HOST, wanted);
  expect(busy).toEqual([wanted[0]]);
  expect(describeBusyPorts(busy)).toContain(`port ${taken} (gateway): choose another with GATEWAY_PORT`);
});

test('a variable moves a port, and one that is no port is named', () => {
  const moved = fixedPorts({ BANKING_PORT: '18082' });
  expect(moved).toContainEqual({ owner: 'banking', variable: 'BANKING_PORT', port: 18082 });
  expect(moved).toContainEqual({ owner: 'gateway', variable: 'GATEWAY_PORT', port: 8080 });
  expect(() => fixedPorts({ BANKING_PORT: 'http' })).toThrow('BANKING_PORT=http is not a port');
});

test('no two documented ports or variables are the same', () => {
  const all = fixedPorts({});
  expect(new Set(all.map(({ port }) => port)).size).toBe(all.length);
  expect(new Set(all.map(({ variable }) => variable)).size).toBe(all.length);
});

test('free ports are all different', async () => {
  const plan = await planPorts('free');
  const ports = [plan('gateway', 'http'), plan('banking', 'grpc'), plan('postgres', 'server')];
  expect(new Set(ports).size).toBe(3);
  expect(() => plan('gateway', 'grpc')).toThrow('no port is planned for gateway (grpc)');
});
