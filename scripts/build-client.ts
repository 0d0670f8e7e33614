/** `npm run build:client`: makes `dist/client`, which `tolom/client` stands for; also after every install. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildClient, buildClientTypes } from './client/build.ts';

const folder = join(import.meta.dirname, '..', 'dist', 'client');
await mkdir(folder, { recursive: true });
await Promise.all([buildClient(folder), buildClientTypes(folder)]);
