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
    name: 'takes the silence of an issuer for a no',
    file: 'ledger/legs.ts',
    find: "if (outcome.state === 'refused') return turnedBack(leg - 1, outcome.refusal, nowMs);",
    replace:
      "if (outcome.state === 'refused' || outcome.state === 'unknown') return turnedBack(leg - 1, { code: 'issuer.declined' }, nowMs);",
  },
  {
    name: 'takes an accept in the same book for the end of its hold',
    file: 'ledger/engine.ts',
    find: "} else if (entry.type === 'settle' || entry.type === 'void') {",
    replace: '} else {',
  },
  {
    name: 'does not look whether an issuer approved after all',
    file: 'ledger/legs.ts',
    find: 'if (!state.doubtful) return undefined;',
    replace: 'if (nowMs > 0) return undefined;',
  },
  {
    name: 'voids before the issuer has undone its part',
    file: 'ledger/errands.ts',
    find: "if (next?.way !== 'back' || next.leg >= 0) {",
    replace: "if (next?.way !== 'back') {",
  },
  {
    name: 'drops idempotency',
    file: 'ledger/engine.ts',
    find: 'const { key, request } = command.idempotency;',
    replace: 'const { key: given, request } = command.idempotency; const key = given + String(this.#nowMs);',
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
    name: 'counts again what it records again',
    file: 'reports/store.ts',
    find: 'WHERE value ->> 0 > coalesce(known.announced, 0)',
    replace: 'WHERE value ->> 0 > 0 * coalesce(known.announced, 0)',
  },
  {
    name: 'takes a confirmation that comes too late',
    file: 'ledger/confirming.ts',
    find: 'if (waiting.expiresAtMs > this.#host.nowMs) return false;',
    replace: 'if (waiting.expiresAtMs > 0) return false;',
  },
  {
    name: 'takes a confirmation twice',
    file: 'ledger/confirming.ts',
    find: 'this.#table.end(id, debtor.tip.seq + 1);\n    return ok(',
    replace: 'return ok(',
  },
  {
    name: 'forgets to end what nobody confirms',
    file: 'ledger/book.ts',
    find: 'this.#engine.confirming.expire();\n        return',
    replace: 'return',
  },
  {
    name: 'does not ask for a confirmation that was wanted',
    file: 'ledger/engine.ts',
    find: 'if (rule !== undefined || command.confirm) {',
    replace: 'if (rule !== undefined) {',
  },
  {
    name: 'lets a report lose certainty',
    file: 'reports/store.ts',
    find: `WHERE \${certaintyIn('transfer')} < \${certaintyIn('excluded')}`,
    replace: '',
  },
  {
    name: 'records before it announces',
    file: 'events/projector.ts',
    find:
      'await parts.announce(identify(untold(runs, announced), parts.sources));\n' +
      '    await parts.projection.apply(runs);',
    replace:
      'await parts.projection.apply(runs);\n' +
      '    await parts.announce(identify(untold(runs, announced), parts.sources));',
  },
  {
    name: 'gives back more than was paid',
    file: 'ledger/decide.ts',
    find: 'amountMinor > leftMinor',
    replace: 'amountMinor > BigInt(paid.amountMinor)',
  },
  {
    name: 'forgets what refunds have taken',
    file: 'ledger/engine.ts',
    find: 'if (refundOf !== undefined) this.#answers.putRefund(no, refundOf, id, minor);',
    replace: 'void [no, refundOf, id, minor];',
  },
  {
    name: 'counts a refund that was refused',
    file: 'ledger/engine.ts',
    find: 'const debtor = this.accounts.get(hold.account);\n    this.#countRefund(debtor, transfer, 0);',
    replace: 'const debtor = this.accounts.get(hold.account);',
  },
  {
    name: 'does not tell a payer what was given back',
    file: 'ledger/engine.ts',
    find: 'this.#countRefund(creditor, transfer, transfer.amountMinor);',
    replace: '',
  },
  {
    name: 'lets a cashier give back everything',
    file: 'ledger/decide.ts',
    find: 'totalMaxMinor !== null && BigInt(paid.refundedMinor) + amountMinor > totalMaxMinor',
    replace: 'totalMaxMinor !== null && amountMinor > totalMaxMinor',
  },
  {
    name: 'gives back without any limit',
    file: 'ledger/decide.ts',
    find: 'const limitMinor = facts.kind ===',
    replace: 'const limitMinor = isRefund ? amountMinorMax : facts.kind ===',
  },
  {
    name: 'lets a merchant spend its limit of refunds',
    file: 'ledger/decide.ts',
    find: "facts.kind === 'merchant' && !mayOwe ? 0n : facts.limitMinor",
    replace: 'facts.limitMinor',
  },
  {
    name: 'gives back what somebody else was paid',
    file: 'ledger/views.ts',
    find: "entry?.type === 'accept' && entry.subject === id",
    replace: "entry?.type === 'accept'",
  },
  {
    name: 'keeps a refund from a frozen payer',
    file: 'ledger/decide.ts',
    find: "transfer.kind === 'refund' && facts.kind === 'payer'",
    replace: "facts.kind === 'funding'",
  },
  {
    name: 'debits a frozen account',
    file: 'ledger/decide.ts',
    find: "if (facts.status === 'frozen') return { code: inactive ?? 'account.frozen' };",
    replace: '',
  },
  {
    name: 'credits a frozen account',
    file: 'ledger/decide.ts',
    find: "if (facts.status === 'frozen' && !isOwnMoney)",
    replace: "if (facts.status === 'frozen' && transfer.currency === '')",
  },
  {
    name: 'credits a closed account',
    file: 'ledger/decide.ts',
    find: "if (facts.status === 'closed') return { code: stopped ?? 'account.closed' };",
    replace: '',
  },
  {
    name: 'closes an account with money in it',
    file: 'ledger/decide.ts',
    find: 'totals.available === 0n && totals.held === 0n ? undefined',
    replace: 'totals.held >= 0n ? undefined',
  },
  {
    name: 'takes an old standing for a new one',
    file: 'ledger/accounts.ts',
    find: 'if (before && before.facts.version >= facts.version) return undefined;',
    replace: '',
  },
  {
    name: 'cancels what is paid',
    file: 'ledger/engine.ts',
    find: "if (claim.state !== 'open') return refusalOf(claim.state);",
    replace: '',
  },
  {
    name: 'answers a cancel without writing it',
    file: 'ledger/engine.ts',
    find: "this.#endClaim(account, claim, 'cancelled');",
    replace: '',
  },
  {
    name: 'takes money for what has expired',
    file: 'ledger/claims.ts',
    find: "row.state === 'open' && row.expires_at <= nowMs ? 'expired' : ",
    replace: '',
  },
  {
    name: 'reports refunds that were refused',
    file: 'reports/tables/payments.ts',
    find: "AND refund.payment IS NOT NULL AND refund.status = 'completed'",
    replace: 'AND refund.payment IS NOT NULL',
  },
  {
    name: 'reports nothing again after a rebuild',
    file: 'reports/store.ts',
    find: "'UPDATE watermark SET announced = max(announced, position), position = 0, at = 0'",
    replace: "'UPDATE watermark SET announced = max(announced, position), at = 0'",
  },
  {
    name: 'does not count towards a limit',
    file: 'ledger/limits.ts',
    find: 'counted.parts.set(part, plus(counted.parts.get(part) ?? nothing, sign, transfer.amountMinor));',
    replace: 'void [part, plus, sign];',
  },
  {
    name: 'gives back to a limit what was not refused',
    file: 'ledger/limits.ts',
    find: "type === 'void' ? -1 : 0;",
    replace: "type === 'settle' || type === 'void' ? -1 : type === 'decline' ? -1 : 0;",
  },
];
