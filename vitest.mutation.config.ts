import { defineConfig } from 'vitest/config';

/** The tests that mutants of `shared/policy` are run against: `npm run mutation`. */
export default defineConfig({ test: { include: ['test/policy/**/*.test.ts'] } });
