/** `npm run client-types`: makes `src/client/types.ts` anew from the OpenAPI document. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { typesOf } from './client/types.ts';
import { documentOf } from './openapi/document.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'src', 'client', 'types.ts');
await writeFile(file, typesOf(await documentOf('https://switch.example')));
execFileSync('npx', ['biome', 'check', '--write', '--log-level=error', file], {
  cwd: root,
  stdio: 'inherit',
});
