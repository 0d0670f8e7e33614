/** `npm run dev`: the Worker under `wrangler dev`, reloading on change, with a sandbox in `$TOLOM_STATE/dev`. */
import { develop } from './selfhost/development.ts';
import { fromProject } from './selfhost/project.ts';

await fromProject(develop);
