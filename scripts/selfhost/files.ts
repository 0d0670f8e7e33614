/** Small files of the state folder: private to their owner, and replaced whole or not at all. */
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf, StartProblem } from './problem.ts';

/** Undefined when there is no such file; a StartProblem when it is not what it should be. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new StartProblem(`${path} is damaged: ${messageOf(error)}`);
  }
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  const unfinished = `${path}.new`;
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, path);
}
