/** What the demo prints, and how it fails. */
let steps = 0;

export function step(title: string): void {
  console.log(`\n${++steps}. ${title}`);
}

export function show(...lines: string[]): void {
  for (const line of lines) console.log(`   ${line}`);
}

/** Ends the demo unless `passed`. */
export function check(passed: boolean, what: string): void {
  if (!passed) throw new Error(`not so: ${what}`);
  console.log(`   ✓ ${what}`);
}

export const money = ({ amount, currency }: { amount: number; currency: string }): string =>
  `${(amount / 100).toFixed(2)} ${currency}`;
