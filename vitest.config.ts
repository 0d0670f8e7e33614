import { availableParallelism } from 'node:os';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { writeIslands } from './scripts/islands/build.ts';

await writeIslands();

// Pure code and everything that needs files or child processes runs in Node; the switch itself runs in workerd.
const inNode = ['test/{bench,emv,files,house,cli,selfhost,partners,e2e,simulation,chaos}/**/*.test.ts'];

// Every test file loads the whole switch: as many modules of libraries as of its own, unless each library is one. Hono
// stays as it is: what Vitest leaves alone, its JSX runtime, must be of one piece with the rest.
const libraries = [
  '@hono/zod-openapi',
  '@noble/ciphers/ff1.js',
  '@noble/curves/ed25519.js',
  '@noble/hashes/hmac.js',
  '@noble/hashes/sha2.js',
  '@simplewebauthn/server',
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/sqlite-core',
  'fast-check',
  'fast-png',
  'fast-xml-parser',
  'structured-headers',
];

export default defineConfig({
  test: {
    // Much of a test's time is waiting: two cores, which the default gives one file at a time, are kept busy by four.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    // What a switch under test writes down is shown beside a failure, and nowhere else.
    silent: 'passed-only',
    // A crash that a test asks for takes calls with it that nobody waits for any more: that is what it is for.
    onUnhandledError: ({ message }) =>
      message === 'Application called abortAllDurableObjects().' ? false : undefined,
    projects: [
      { test: { name: 'node', include: inNode, testTimeout: 240_000, hookTimeout: 240_000 } },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // Nothing leaves this machine, not even a question for a name.
              outboundService: () => new Response('nothing outside is reached by tests', { status: 502 }),
              // For tests of report databases by period.
              d1Databases: ['SHELF_1', 'SHELF_2', 'SHELF_3'],
              bindings: {
                TOLOM_MODE: 'sandbox',
                TOLOM_BOOKS: '3',
                // Tests call as fast as they can; those about limits set their own.
                TOLOM_LIMITS: ['participant', 'register', 'staff', 'failure', 'poll', 'guess']
                  .map((name) => `${name}=1000000`)
                  .join(),
                TOLOM_URL: 'https://switch.test',
                TOLOM_SECRET: 'a secret that only the tests of this project use',
                TOLOM_ADMIN_KEY: 'an-administrator-that-only-the-tests-of-this-project-know',
                // `npm run fuzz` sets them.
                TEST_FUZZ_SEED: process.env.TEST_FUZZ_SEED ?? '1',
                TEST_FUZZ_SEEDS: process.env.TEST_FUZZ_SEEDS ?? '1',
                TEST_MIGRATIONS: {
                  directory: await readD1Migrations('migrations/directory'),
                  reports: await readD1Migrations('migrations/reports'),
                },
              },
            },
          })),
        ],
        test: {
          name: 'workers',
          deps: { optimizer: { ssr: { enabled: true, include: libraries, exclude: ['hono'] } } },
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: inNode,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
