/** The Worker as it is uploaded: what a deployment would send, whole and gzipped. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWorker } from '../../scripts/selfhost/build.ts';
import { readPlan } from '../../scripts/selfhost/wranglerConfig.ts';

export interface Bundle {
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** Cloudflare's limits after compression: the free plan's, and the paid one's. */
export const gzipBytesMax = { free: 3 * 2 ** 20, paid: 10 * 2 ** 20 } as const;

export async function measureBundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'tolom-bundle-'));
  try {
    const plan = await readPlan(join(import.meta.dirname, '..', '..', 'wrangler.toml'));
    const modules = await buildWorker(plan, folder, () => undefined);
    const contents = await Promise.all(modules.map(({ path }) => readFile(join(folder, path))));
    const whole = Buffer.concat(contents);
    return { bytes: whole.length, gzipBytes: gzipSync(whole).length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
