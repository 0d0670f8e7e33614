/** `npm run restore -- BACKUP`: puts a copy made by `npm run backup` where no state is (`TOLOM_STATE`), checked file by file. */
import { resolve } from 'node:path';
import { restore } from './selfhost/backup.ts';
import { StartProblem } from './selfhost/problem.ts';
import { fromProject } from './selfhost/project.ts';

await fromProject(async ({ stateFolder, log }) => {
  const [source] = process.argv.slice(2);
  if (!source) throw new StartProblem('Which backup? TOLOM_STATE=<folder> npm run restore -- BACKUP');
  const { made_at } = await restore(resolve(source), stateFolder);
  log(`${stateFolder} is as of ${made_at}. Start it, then let it check itself: npm start; npm run reconcile`);
  return 0;
});
