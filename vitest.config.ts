import { defineConfig } from 'vitest/config';
import { CountReporter } from './local/testing/count-reporter.ts';

const platform = process.env.TESTS === 'platform';
const ofPlatform = '**/*.platform.test.ts';
/** They ask the API server that KUBECONFIG leads to, and are no tests without one. */
const ofCluster = '**/*.cluster.test.ts';
const forPlatform = process.env.KUBECONFIG ? [ofPlatform, ofCluster] : [ofPlatform];

export default defineConfig({
  test: {
    include: platform ? forPlatform : ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '.local/**', ...(platform ? [] : [ofPlatform, ofCluster])],
    globalSetup: ['local/testing/stores.ts'],
    reporters: [new CountReporter()],
    passWithNoTests: false,
    pool: 'forks',
    // Two platform tests at once: each waits a good part of its time.
    fileParallelism: true,
    // Most of what the tests do is wait: for a store, for a drain.
    maxWorkers: platform ? 2 : 3,
    testTimeout: platform ? 300_000 : 20_000,
    hookTimeout: platform ? 300_000 : 60_000,
    teardownTimeout: 20_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
