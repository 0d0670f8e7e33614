/** What a benchmark pays in: payers with money, merchants with codes, and a system that moves it. */
export interface City {
  readonly url: string;
  readonly walletKey: string;
  readonly payers: readonly string[];
  /** Static codes of the merchants. */
  readonly codes: readonly string[];
  /**
   * Waits until the reports have caught up, then counts: what is wrong with the books and the rows, nothing
   * if they hold exactly `payments` payments of `amountMinor` in all.
   */
  audit(payments: number, amountMinor: number): Promise<string[]>;
  close(): Promise<void>;
}

export const openingBalance = 1_000_000_000;

// How long reports may take to catch up after the last payment of a round.
const catchUpWithinMs = 120_000;
const catchUpPaceMs = 250;

/** Asks until the answer is the wanted one or time is up; the last answer. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const untilMs = Date.now() + catchUpWithinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > untilMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, catchUpPaceMs));
  }
}
