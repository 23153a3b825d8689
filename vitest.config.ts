import { defineConfig } from 'vitest/config';

const source = {
  resolve: { conditions: ['bellwether:source'] },
  ssr: { resolve: { conditions: ['bellwether:source'] } },
};

/**
 * Two projects: `unit` is fast and alone in its process; `live` starts real programs, on random ports and in temporary
 * folders, so that two files can run at a time: most of their time is spent waiting.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          // Machines are shared: what takes a second alone may take ten beside others.
          testTimeout: 30_000,
          include: [
            '{packages,examples}/*/{src,test}/**/*.test.{ts,tsx}',
            '{conformance,bench}/src/**/*.test.ts',
          ],
          exclude: ['**/*.live.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        ...source,
        test: {
          name: 'live',
          include: ['**/*.live.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
