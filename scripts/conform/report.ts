/** Checks, made one after the other, and what came of them in words. */

export interface Check {
  /** What a good endpoint does. */
  readonly name: string;
  /** What to do when it does not. */
  readonly advice: string;
  /** Undefined when all is well; otherwise what happened instead. */
  readonly judge: () => Promise<string | undefined>;
}

export interface Outcome {
  readonly name: string;
  readonly problem: string | undefined;
  readonly advice: string;
}

export async function run(checks: readonly Check[], tell?: (outcome: Outcome) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, advice, judge } of checks) {
    const outcome = { name, advice, problem: await judge() };
    outcomes.push(outcome);
    tell?.(outcome);
  }
  return outcomes;
}

export function print({ name, problem, advice }: Outcome): void {
  console.log(problem === undefined ? `✓ ${name}` : `✗ ${name}\n    ${problem}\n    → ${advice}`);
}
