// Lints the chart, renders it with several sets of values, and asserts what must hold of every rendering:
//   node helm/check.mjs

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { helmBinary } from './helm-binary.mjs';
import { refused, renderings } from './value-sets.mjs';

const run = promisify(execFile);
const CHART = fileURLToPath(new URL('florin', import.meta.url));
const helm = await helmBinary();

await check('helm lint --strict', () => run(helm, ['lint', '--strict', CHART]));
for (const [what, { set, expect }] of Object.entries(renderings)) {
  await check(what, async () => {
    const objects = await render(set);
    workloadsAreConfined(objects);
    identitiesAreDistinct(objects);
    servicesFindTheirPods(objects);
    noSecretIsInTheOpen(objects);
    stoppingTakesLongEnough(objects);
    whatOneLetsInTheOtherLetsOut(objects);
    expect(objects);
  });
}
for (const [set, why] of Object.entries(refused)) {
  await check(`refuses ${set}`, () => assert.rejects(render(set), ({ stderr }) => stderr.includes(why)));
}

/** What the chart renders to, by `kind/name`. */
async function render(set) {
  const { stdout } = await run(helm, ['template', 'florin', CHART, ...(set === '' ? [] : ['--set', set])]);
  const documents = parseAllDocuments(stdout, { uniqueKeys: true }).filter(
    ({ contents }) => contents !== null,
  );
  for (const { errors } of documents) assert.deepEqual(errors, []);
  const objects = new Map(
    documents
      .map((document) => document.toJS())
      .map((object) => [`${object.kind}/${object.metadata.name}`, object]),
  );
  assert.equal(objects.size, documents.length, 'two objects have one name');
  return objects;
}

function ofKind(objects, kind) {
  return [...objects.values()].filter((object) => object.kind === kind);
}

function workloadsAreConfined(objects) {
  for (const { metadata, spec } of ofKind(objects, 'Deployment')) {
    const pod = spec.template.spec;
    assert.equal(pod.securityContext.runAsNonRoot, true, metadata.name);
    assert.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault', metadata.name);
    assert.equal(pod.automountServiceAccountToken, false, metadata.name);
    assert.equal(pod.enableServiceLinks, false, metadata.name);
    assert.match(spec.template.metadata.annotations['checksum/config'], /^[0-9a-f]{64}$/);
    for (const container of pod.containers) {
      const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = container.securityContext;
      assert.deepEqual(
        [allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities.drop],
        [false, true, ['ALL']],
      );
      assert.ok(container.resources.requests.cpu && container.resources.requests.memory, metadata.name);
      assert.ok(container.resources.limits.memory, metadata.name);
      const hasGrpc = container.ports.some(({ name }) => name === 'grpc');
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        assert.ok(container[probe][hasGrpc ? 'grpc' : 'httpGet'], `${metadata.name} ${probe}`);
      }
    }
  }
}

function identitiesAreDistinct(objects) {
  const names = ofKind(objects, 'Deployment').map(({ spec }) => spec.template.spec.serviceAccountName);
  assert.equal(new Set(names).size, names.length);
  for (const name of names)
    assert.equal(objects.get(`ServiceAccount/${name}`)?.automountServiceAccountToken, false);
}

function servicesFindTheirPods(objects) {
  const selecting = [
    ...ofKind(objects, 'Service'),
    ...ofKind(objects, 'PodDisruptionBudget'),
    ...ofKind(objects, 'NetworkPolicy'),
  ];
  for (const { kind, metadata, spec } of selecting) {
    const selector = spec.podSelector?.matchLabels ?? spec.selector.matchLabels ?? spec.selector;
    const found = podsWith(objects, selector);
    assert.equal(
      found.length,
      1,
      `${kind}/${metadata.name} selects ${found.map((deployment) => deployment.metadata.name)}`,
    );
    const ports = found[0].spec.template.spec.containers[0].ports.map(({ name }) => name);
    if (kind === 'Service')
      for (const { targetPort } of spec.ports) assert.ok(ports.includes(targetPort), metadata.name);
  }
}

function podsWith(objects, labels) {
  return ofKind(objects, 'Deployment').filter(({ spec }) =>
    Object.entries(labels).every(([name, value]) => spec.template.metadata.labels[name] === value),
  );
}

function noSecretIsInTheOpen(objects) {
  assert.deepEqual(ofKind(objects, 'Secret'), []);
  for (const { metadata, data } of ofKind(objects, 'ConfigMap')) {
    for (const [name, value] of Object.entries(data)) {
      if (/^(florin-|(sk_test|whsec)_florin_)simulated$/.test(value)) continue;
      assert.doesNotMatch(name, /SECRET|PASSWORD|KEYS|DATABASE|NATS_URL|TOKEN/, metadata.name);
    }
  }
}

function stoppingTakesLongEnough(objects) {
  const chassis = readFileSync(new URL('../libs/chassis/src/service.ts', import.meta.url), 'utf8');
  const [, drain_ms] = /DRAIN_MS = ([\d_]+)/.exec(chassis) ?? [];
  assert.ok(drain_ms, 'libs/chassis/src/service.ts says no DRAIN_MS');
  for (const { metadata, spec } of ofKind(objects, 'Deployment')) {
    const { terminationGracePeriodSeconds, containers } = spec.template.spec;
    const needed_s =
      Number(drain_ms.replaceAll('_', '')) / 1000 + containers[0].lifecycle.preStop.sleep.seconds + 5;
    assert.ok(terminationGracePeriodSeconds >= needed_s, metadata.name);
  }
}

/** A door that only one side opens is shut: each peer that may be called out to must let the caller in. */
function whatOneLetsInTheOtherLetsOut(objects) {
  const policies = new Map(
    ofKind(objects, 'NetworkPolicy').map((policy) => [policy.metadata.name, policy.spec]),
  );
  const component = (spec) => spec.podSelector.matchLabels['app.kubernetes.io/component'];
  for (const spec of policies.values()) {
    for (const { to = [] } of spec.egress) {
      const target = to[0]?.podSelector.matchLabels['app.kubernetes.io/component'];
      if (target === undefined) continue;
      const admits = policies
        .get(`florin-${target}`)
        .ingress.some(({ from = [] }) =>
          from.some(
            ({ podSelector }) => podSelector?.matchExpressions?.[0].values.includes(component(spec)) ?? true,
          ),
        );
      assert.ok(admits, `${component(spec)} may call ${target}, which does not let it in`);
    }
  }
}

async function check(what, work) {
  try {
    await work();
    process.stdout.write(`✓ ${what}\n`);
  } catch (error) {
    process.stdout.write(`✗ ${what}\n${error.stderr || error.stdout || error.message}\n`);
    process.exitCode = 1;
  }
}
