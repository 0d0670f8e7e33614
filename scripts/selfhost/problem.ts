/**
 * Something the operator can put right (a taken port, a missing secret, a second switch on the same state).
 * Shown as its message alone; any other error is a defect of ours and keeps its stack.
 */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error such as ENOENT or EADDRINUSE. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
