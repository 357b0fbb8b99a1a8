import { defineConfig } from 'vitest/config';

/** The tests of `shared/policy`, for `scripts/mutation/compare.ts`. A slow machine kills no mutant. */
export default defineConfig({ test: { include: ['test/policy/**/*.test.ts'], testTimeout: 120_000 } });
