import type { Secrets } from './secrets.js';

/** The password of a service's NATS user; the user is named like the service. */
export function natsPassword(secrets: Secrets, service: string): string {
  return secrets.secret(`nats:${service}`);
}

/**
 * The part of nats-server's configuration that says who may do what: a service publishes its own domain alone, so
 * that nobody can speak in another's name; it may read everybody's events, which carry ids only.
 *
 * Its replies come to `_INBOX_<service>.>`, so that no service reads another's.
 */
export function natsUsers(services: readonly string[], secrets: Secrets): string {
  const users = services.map((service) => {
    const stream = `FLORIN_${service.toUpperCase()}`;
    const publish = [
      `florin.${service}.>`,
      // What was revoked is heard from identity alone.
      ...(service === 'identity' ? ['florin_revocations'] : []),
      // What its consumers, named <service>_<domain>, can never handle.
      ...services.map((domain) => `florin_dead_letter.${service}_${domain}.>`),
      '$JS.API.INFO',
      // Its own stream and that of dead letters: made, changed, looked at. Nobody may delete or purge one.
      ...['CREATE', 'UPDATE'].flatMap((verb) =>
        [stream, 'FLORIN_DEAD_LETTER'].map((name) => `$JS.API.STREAM.${verb}.${name}`),
      ),
      ...['INFO', 'MSG.GET'].map((verb) => `$JS.API.STREAM.${verb}.*`),
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.LIST',
      '$JS.API.DIRECT.GET.>',
      // Durable consumers, on any stream.
      '$JS.API.CONSUMER.>',
      '$JS.ACK.>',
      '$JS.FC.>',
    ];
    return [
      '    {',
      `      user: ${service}`,
      `      password: ${JSON.stringify(natsPassword(secrets, service))}`,
      '      permissions {',
      `        publish: { allow: ${JSON.stringify(publish)} }`,
      `        subscribe: { allow: ${JSON.stringify(['florin.>', 'florin_revocations', `_INBOX_${service}.>`])} }`,
      '      }',
      '    }',
    ].join('\n');
  });
  return `authorization {\n  users = [\n${[...users, gatewayUser(secrets)].join('\n')}\n  ]\n}`;
}

/**
 * The gateway listens to events and to what was revoked. It publishes to its own replicas alone: no service ever hears it,
 * so that nothing it says can pass for an event.
 */
function gatewayUser(secrets: Secrets): string {
  const own = ['florin_gateway.>', '_INBOX_gateway.>'];
  return [
    '    {',
    '      user: gateway',
    `      password: ${JSON.stringify(natsPassword(secrets, 'gateway'))}`,
    '      permissions {',
    `        publish: { allow: ${JSON.stringify(own)} }`,
    `        subscribe: { allow: ${JSON.stringify(['florin.>', 'florin_revocations', ...own])} }`,
    '      }',
    '    }',
  ].join('\n');
}
