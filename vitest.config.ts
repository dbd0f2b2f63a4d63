import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const globalSetup = './libs/testkit/src/global-setup.ts';
const exclude = ['**/node_modules/**', '**/dist/**', '.florin/**'];

// What races with a busy machine is tried once more where nobody watches, and the report says so ("retry x1"): it is to be
// mended all the same.
const retry = process.env.CI ? 1 : 0;

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/test/**/*.unit.test.ts'],
          exclude,
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'int',
          retry,
          include: ['**/test/**/*.int.test.ts'],
          exclude,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
          maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
        },
      },
      {
        extends: true,
        test: {
          // Each file runs a whole mesh: one at a time, or they starve each other of the time they assert.
          name: 'journeys',
          retry,
          include: ['test/**/*.test.ts'],
          exclude: [...exclude, '**/*.unit.test.ts', '**/*.int.test.ts'],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      reporter: ['json-summary', 'text-summary'],
      reportsDirectory: 'coverage',
      include: [
        '{proto,gateway,connect}/src/**/*.ts',
        'proto/events/**/*.ts',
        '{libs,services,deploy}/*/src/**/*.ts',
      ],
      exclude: ['**/main.ts'],
    },
  },
});
