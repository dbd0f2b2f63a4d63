import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts the calls through the door. */
export interface CallMetrics {
  /** @returns what to call when the call has ended, with 'OK' or the reason of the Fault */
  started(kind: string, name: string): (outcome: string) => void;
}

export interface Metrics {
  registry: Registry;
  calls: CallMetrics;
  /** A gauge that is read whenever somebody asks. */
  observe(name: string, help: string, read: () => number): void;
}

/** The metrics of one process, in Prometheus' format at `/metrics`. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'florin_call_duration_seconds',
    help: 'How long calls took, by kind and name.',
    labelNames: ['kind', 'name'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const outcomes = new Counter({
    name: 'florin_calls_total',
    help: 'Calls by kind, name and outcome: OK, or the reason of the fault.',
    labelNames: ['kind', 'name', 'outcome'] as const,
    registers: [registry],
  });
  return {
    registry,
    observe(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    calls: {
      started(kind, name) {
        const stop = duration.startTimer({ kind, name });
        return (outcome) => {
          stop();
          outcomes.inc({ kind, name, outcome });
        };
      },
    },
  };
}
