// The sets of values that the chart is checked with, and what each must lead to.
import assert from 'node:assert/strict';

const REAL = 'mode=sandbox';

export const renderings = {
  'as it comes': {
    set: '',
    expect(objects) {
      assert.deepEqual(names(objects, 'Deployment'), [
        'florin-banking',
        'florin-gateway',
        'florin-identity',
        'florin-payments',
        'florin-sandbox',
      ]);
      assert.deepEqual(names(objects, 'Ingress'), []);
      assert.equal(objects.get('Service/florin-banking-grpc').spec.clusterIP, 'None');
      assert.equal(environment(objects, 'banking').PLAID_BASE_URL, 'http://florin-sandbox:8091');
      const { STRIPE_SECRET_KEY, STRIPE_BASE_URL, BANKING_ADDRESS } = environment(objects, 'payments');
      assert.equal(STRIPE_BASE_URL, 'http://florin-sandbox:8092');
      assert.equal(STRIPE_SECRET_KEY, environment(objects, 'sandbox').STRIPE_SECRET_KEY);
      assert.equal(BANKING_ADDRESS, 'florin-banking-grpc:9090');
      assert.equal(
        environment(objects, 'identity').GATEWAY_RESOURCE,
        `${environment(objects, 'gateway').PUBLIC_URL}/mcp`,
      );
      assert.ok(!objects.has('PodDisruptionBudget/florin-sandbox'));
      // Where a browser reaches them, which are not the addresses that they listen at.
      const { PLAID_PUBLIC_URL, STRIPE_PUBLIC_URL } = environment(objects, 'sandbox');
      assert.deepEqual(
        [PLAID_PUBLIC_URL, STRIPE_PUBLIC_URL],
        ['http://127.0.0.1:8091', 'http://127.0.0.1:8092'],
      );
    },
  },
  "the vendors' test environments, behind an Ingress": {
    set: `${REAL},ingress.enabled=true,ingress.className=nginx,ingress.tlsSecret=florin-tls,otlpEndpoint=http://collector.observability:4318`,
    expect(objects) {
      assert.ok(!objects.has('Deployment/florin-sandbox'));
      assert.deepEqual(names(objects, 'Ingress'), [
        'florin-banking',
        'florin-gateway',
        'florin-identity',
        'florin-payments',
      ]);
      const served = [...objects.values()]
        .filter(({ kind }) => kind === 'Ingress')
        .flatMap(({ spec }) => spec.rules[0].http.paths);
      for (const { path, pathType } of served) {
        assert.ok(
          !/^\/(metrics|healthz|readyz)/.test(path) && !(path === '/' && pathType === 'Prefix'),
          path,
        );
      }
      for (const page of [
        '/v1',
        '/openapi.json',
        '/docs',
        '/console',
        '/methods',
        '/onboarding',
        '/payments',
      ]) {
        assert.ok(
          served.some(({ path }) => path === page),
          page,
        );
      }
      assert.ok(secretKeys(objects, 'banking').includes('PLAID_SECRET'));
      assert.equal(environment(objects, 'banking').PLAID_BASE_URL, undefined);
    },
  },
  'live, with its second flag': {
    set: 'mode=live,allowLive=true,services.banking.existingSecret=banking-live',
    expect(objects) {
      assert.equal(environment(objects, 'banking').FLORIN_ALLOW_LIVE, 'true');
      const { env } = objects.get('Deployment/florin-banking').spec.template.spec.containers[0];
      for (const { valueFrom } of env) assert.equal(valueFrom.secretKeyRef.name, 'banking-live');
    },
  },
  'a service more, by one entry': {
    set: 'services.fraud.callers={gateway,banking}',
    expect(objects) {
      for (const kind of [
        'Deployment',
        'ServiceAccount',
        'ConfigMap',
        'Service',
        'PodDisruptionBudget',
        'NetworkPolicy',
      ]) {
        assert.ok(objects.has(`${kind}/florin-fraud`), kind);
      }
      assert.ok(environment(objects, 'gateway').SERVICES.includes('fraud=florin-fraud-grpc:9090'));
      assert.deepEqual(secretKeys(objects, 'fraud').sort(), [
        'DATABASE_OWNER_URL',
        'DATABASE_URL',
        'FIELD_KEYS',
        'NATS_URL',
        'SERVICE_SECRET',
      ]);
    },
  },
  'one pod each, no policies': {
    set: 'defaults.replicas=1,networkPolicy.enabled=false',
    expect(objects) {
      assert.deepEqual(names(objects, 'PodDisruptionBudget'), []);
      assert.deepEqual(names(objects, 'NetworkPolicy'), []);
    },
  },
};

/** What is refused, and a part of what is said about it. */
export const refused = {
  'mode=live': '/allowLive',
  'mode=production': '/mode',
  'replicas=3': "additional properties 'replicas' not allowed",
  'services.banking.replica=3': "additional properties 'replica' not allowed",
  'services.banking.replicas=0': '/services/banking/replicas',
  'services.Fraud.replicas=1': "'Fraud' does not match pattern",
  'services.gateway.replicas=1': 'this name is taken',
  'gateway.publicUrl=https://florin.example/path': '/gateway/publicUrl',
  'services.banking.env.plaid=x': "'plaid' does not match pattern",
  'services.banking.standIns.ALPACA_BASE_URL=alpaca': 'no port "alpaca"',
};

function names(objects, kind) {
  return [...objects.values()]
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();
}

const environment = (objects, name) => objects.get(`ConfigMap/florin-${name}`).data;

const secretKeys = (objects, name) =>
  objects
    .get(`Deployment/florin-${name}`)
    .spec.template.spec.containers[0].env.map(({ valueFrom }) => valueFrom.secretKeyRef.key);
