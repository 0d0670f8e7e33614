import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

// Pure code and everything that needs files or child processes runs in Node; the switch itself runs in workerd.
const inNode = ['test/{emv,house,cli,selfhost,partners}/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'node', include: inNode, testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: { name: 'workers', include: ['test/**/*.test.ts'], exclude: inNode, testTimeout: 30_000 },
      },
    ],
  },
});
