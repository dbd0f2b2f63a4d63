import { createLogger, createNatsLink } from '@florin/chassis';

export interface EventSource {
  /** Publishes an event of a service, as its relay would. */
  changed(...resources: string[]): void;
  publish(event: unknown): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export async function startEvents(nats_url: string): Promise<EventSource> {
  const link = createNatsLink({
    url: nats_url,
    name: 'test events',
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const connection = await link.connection();
  const publish = (event: unknown) =>
    connection.publish('florin.boxes.box.changed.v1', JSON.stringify(event));
  return {
    publish,
    changed: (...resources) =>
      publish({ specversion: '1.0', type: 'florin.boxes.box.changed.v1', resources: resources.join(' ') }),
    flush: () => connection.flush(),
    close: () => link.close(),
  };
}
