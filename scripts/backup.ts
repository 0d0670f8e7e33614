/**
 * `npm run backup [-- FOLDER] [--keep N]`: copies the state, also while the switch runs. Into FOLDER, by default beside
 * the state, under the time it was made; `--keep` then removes all but the last N there.
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUp, backupsIn } from './selfhost/backup.ts';
import { StartProblem } from './selfhost/problem.ts';
import { fromProject } from './selfhost/project.ts';
import { stateFolderAt } from './selfhost/state.ts';

await fromProject(async ({ stateFolder, log }) => {
  const { positionals, values } = parseArgs({
    options: { keep: { type: 'string' } },
    allowPositionals: true,
  });
  const keep = values.keep === undefined ? undefined : Number(values.keep);
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1))
    throw new StartProblem('--keep needs a number of backups, 1 or more.');
  const folder = resolve(positionals[0] ?? `${stateFolder}-backups`);
  // Sorts by age, and is a name everywhere.
  const target = join(folder, new Date().toISOString().replaceAll(/[:.]/g, '-'));
  const { files, made_at, paused_ms } = await backUp(stateFolderAt(stateFolder), target);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  log(
    `${target}\nas of ${made_at}: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; the switch paused ${paused_ms} ms`,
  );
  const surplus = keep === undefined ? [] : (await backupsIn(folder)).slice(0, -keep);
  for (const name of surplus) {
    await rm(join(folder, name), { recursive: true });
    log(`removed ${name}`);
  }
  return 0;
});
