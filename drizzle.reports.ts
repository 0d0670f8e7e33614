import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './src/reports/schema.ts',
    './src/reports/job-schema.ts',
    './src/reports/schedule-schema.ts',
    './src/reconcile/schema.ts',
    './src/matching/schema.ts',
    './src/callbacks/schema.ts',
    './src/live/schema.ts',
    './src/alerts/schema.ts',
  ],
  out: './migrations/reports',
});
