/**
 * A circuit breaker per partner, in memory. A partner that has not answered several times in a row is left alone
 * for a while: payers hear at once that it cannot be reached, instead of waiting for it. Then one order is let
 * through to try; its answer decides.
 */
// So many in a row without an answer open the circuit, for so long; each failed trial doubles that, up to a limit.
const silencesMax = 5;
const openForMs = 5_000;
const openForMaxMs = 60_000;

interface Circuit {
  silences: number;
  openUntilMs: number;
  /** A trial is under way until then: the others still hear no. */
  tryingUntilMs: number;
}

export class Breaker {
  readonly #circuits = new Map<string, Circuit>();

  /** Whether an order may go there now. Of a circuit that was open, one is let through for `deadlineMs`. */
  permits(partner: string, deadlineMs: number, nowMs: number): boolean {
    const circuit = this.#circuits.get(partner);
    if (!circuit || circuit.silences < silencesMax) return true;
    if (nowMs < circuit.openUntilMs || nowMs < circuit.tryingUntilMs) return false;
    circuit.tryingUntilMs = nowMs + deadlineMs;
    return true;
  }

  /** Whether it is left alone now, answered what it was asked last, or something in between. */
  standing(partner: string): 'silent' | 'unsure' | 'answering' {
    const circuit = this.#circuits.get(partner);
    if (!circuit) return 'answering';
    return circuit.silences < silencesMax ? 'unsure' : 'silent';
  }

  /** It answered: whatever it said, it can be reached. */
  answered(partner: string): void {
    this.#circuits.delete(partner);
  }

  silent(partner: string, nowMs: number): void {
    const circuit = this.#circuits.get(partner) ?? { silences: 0, openUntilMs: 0, tryingUntilMs: 0 };
    circuit.silences += 1;
    const doublings = Math.max(0, circuit.silences - silencesMax);
    circuit.openUntilMs = nowMs + Math.min(openForMs * 2 ** doublings, openForMaxMs);
    circuit.tryingUntilMs = 0;
    this.#circuits.set(partner, circuit);
  }
}
