import { defineConfig } from 'vitest/config';

/** The widget runs the same views with Preact in React's place, as `build:widget` builds it. */
const preact = {
  '@testing-library/react': new URL('./tests/support/preact.ts', import.meta.url).pathname,
  'react-dom/client': 'preact/compat/client',
  react: 'preact/compat'
};

/** Milliseconds a test may take: a long one takes six seconds where others keep the machine busy. */
const PATIENCE = 20_000;

export default defineConfig({
  test: {
    env: { TZ: 'UTC' },
    // Vitest would leave one processor to others, which is half of two.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'react', environment: 'jsdom', include: ['tests/**/*.test.{ts,tsx}'], testTimeout: PATIENCE } },
      {
        resolve: { alias: preact },
        test: {
          name: 'preact',
          environment: 'jsdom',
          include: ['tests/**/*.test.tsx'],
          testTimeout: PATIENCE,
          server: { deps: { inline: [/@testing-library/] } }
        }
      }
    ]
  }
});
