import { defineConfig } from 'vitest/config';

// Browser tests share one slow processor, so they go one after the other.
export default defineConfig({
    test: {
        include: ['test/**/*.test.ts'],
        fileParallelism: false,
        testTimeout: 30_000,
        hookTimeout: 60_000,
    },
});
