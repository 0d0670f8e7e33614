import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/directory/schema.ts',
  out: './migrations/directory',
});
