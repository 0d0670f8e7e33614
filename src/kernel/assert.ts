/** A broken invariant of ours: a bug, never the caller's fault. Caught only at the edges, answered with 500. */
export class Bug extends Error {
  override name = 'Bug';
}

/** Throws a Bug unless `condition` holds. Use for what must be true, never for checking input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

/** For the branch of a switch that cannot be reached: a new variant does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new Bug(`unreachable: ${JSON.stringify(value)}`);
}
