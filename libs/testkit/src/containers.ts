import { connect } from 'node:net';

// testcontainers is imported where it is used: it takes half a second to load and most machines without Docker never
// need it.

/** A server in a container, removed on stop (and by Testcontainers' reaper when this process dies). */
export interface ServerContainer {
  url: string;
  stop(): Promise<void>;
}

/** Whether a Docker engine answers on its socket. Takes milliseconds where there is none. */
export function dockerAnswers(): Promise<boolean> {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url === undefined) return Promise.resolve(false);
  const target =
    url.protocol === 'unix:'
      ? { path: url.pathname }
      : { host: url.hostname, port: Number(url.port || 2375) };
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: 1_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => settle(data.toString('latin1').startsWith('HTTP/1.1 200')));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('timeout', () => settle(false));
    socket.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n');
  });
}

/** Postgres 18; `url` is the superuser's. Its data is in memory, for tests. */
export async function startPostgresContainer(options: {
  password: string;
  settings: Record<string, string>;
}): Promise<ServerContainer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const container = await new GenericContainer('postgres:18-alpine')
    .withEnvironment({ POSTGRES_PASSWORD: options.password })
    .withCommand(['postgres', ...settings])
    .withTmpFs({ '/var/lib/postgresql': 'rw' })
    .withExposedPorts(5432)
    // It starts once to set itself up and again to serve.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(5432)}`;
  return {
    url: `postgres://postgres:${encodeURIComponent(options.password)}@${address}/postgres`,
    async stop() {
      await container.stop();
    },
  };
}

/** NATS with JetStream; `config` as for `startNats`, `port` on the host (a free one when left out). */
export async function startNatsContainer(options: {
  config: string;
  port?: number;
}): Promise<ServerContainer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const content = `listen: "0.0.0.0:4222"\nserver_name: florin\njetstream { store_dir: "/data" }\n${options.config}\n`;
  const container = await new GenericContainer('nats:2.10-alpine')
    .withCopyContentToContainer([{ content, target: '/etc/nats/florin.conf' }])
    .withCommand(['-c', '/etc/nats/florin.conf'])
    .withExposedPorts(options.port === undefined ? 4222 : { container: 4222, host: options.port })
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
    .start();
  return {
    url: `nats://${container.getHost()}:${container.getMappedPort(4222)}`,
    async stop() {
      await container.stop();
    },
  };
}
