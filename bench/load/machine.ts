import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** Every number is worth as much as the machine it was measured on is known. */
export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ` +
  `${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
