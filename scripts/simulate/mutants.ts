/**
 * Mistakes to make on purpose: a simulation that does not find them proves nothing. Each replaces one piece
 * of source text, which must be there exactly once; when the code changes, its mutant is to be kept up with it.
 */
export interface Mutant {
  readonly name: string;
  /** In `src`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'forgets whom it has credited',
    file: 'ledger/answers.ts',
    find: "this.#sql.exec('INSERT INTO credited VALUES (?,?,?,?)', transfer, seq, atMs, refusal);",
    replace: 'void [transfer, seq, atMs, refusal];',
  },
  {
    name: 'forgets that it refused',
    file: 'ledger/engine.ts',
    find: 'this.#answers.putCredited(transfer.id, null, this.#nowMs, JSON.stringify(refused.refusal));',
    replace: '',
  },
  {
    name: 'settles twice',
    file: 'ledger/engine.ts',
    find: 'this.open.delete(id);\n',
    replace: '',
  },
  {
    name: 'takes no answer for a no',
    file: 'ledger/book.ts',
    find: "logFault('book: no answer from the credited account', fault, fields);",
    replace:
      "await this.#commits.commit(() => this.#engine.void(hold, { ok: false, refusal: { code: 'switch.busy' } }));",
  },
  {
    name: 'drops idempotency',
    file: 'ledger/engine.ts',
    find: 'const earlier = this.replay(debtor, command.idempotency);',
    replace:
      'command = { ...command, idempotency: { ...command.idempotency, key: command.idempotency.key + this.#nowMs } }; const earlier = this.replay(debtor, command.idempotency);',
  },
  {
    name: 'takes a key with any request',
    file: 'ledger/engine.ts',
    find: 'return earlier.request === request ?',
    replace: 'return earlier.request ?',
  },
  {
    name: 'lets anybody overdraw once',
    file: 'ledger/decide.ts',
    find: 'totals.available - command.amountMinor < -limitMinor',
    replace: 'totals.available < -limitMinor',
  },
  {
    name: 'pays a claim whatever its state',
    file: 'ledger/claims.ts',
    find: 'const ended = refusalOf(claim.state);',
    replace: 'const ended: Refused | undefined = undefined as Refused | undefined;',
  },
  {
    name: 'believes its memory after a rollback',
    file: 'ledger/group-commit.ts',
    find: 'this.#host.reload();',
    replace: '',
  },
  {
    name: 'forgets open holds when it starts',
    file: 'ledger/engine.ts',
    find: 'openFrom = position;',
    replace: '',
  },
  {
    name: 'breaks the chain',
    file: 'ledger/journal.ts',
    find: 'tip.hash = entry.hash;',
    replace: '',
  },
  {
    name: 'follows the clock backwards',
    file: 'ledger/engine.ts',
    find: 'Math.max(Date.now(), this.#last.atMs)',
    replace: 'Date.now()',
  },
  {
    name: 'does not ask for what the reports miss',
    file: 'events/projector.ts',
    find: 'if (!known.has(position)) {',
    // A hole alone would not move the watermark: something else is taken for what is missing.
    replace:
      'const later = [...known.values()].find((one) => one.position > position);\n' +
      '    if (!known.has(position) && later) known.set(position, { ...later, position });\n' +
      '    if (!known.has(position)) {',
  },
  {
    name: 'lets a report lose certainty',
    file: 'reports/store.ts',
    find: "WHERE transfer.status = 'processing' AND excluded.status <> 'processing'",
    replace: '',
  },
  {
    name: 'records before it announces',
    file: 'events/projector.ts',
    find:
      'await parts.announce(await identify(untold(runs, announced), parts.sources));\n' +
      '    await parts.projection.apply(runs);',
    replace:
      'await parts.projection.apply(runs);\n' +
      '    await parts.announce(await identify(untold(runs, announced), parts.sources));',
  },
];
