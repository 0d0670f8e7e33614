/** The tables of a book. */

// Append only: objects of every age run the steps they have not run yet. Keep each step additive, since
// during a deployment old and new code share the data for minutes.
const steps = [
  `CREATE TABLE account (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, facts TEXT NOT NULL);
   CREATE TABLE entry (
     account INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL,
     subject TEXT NOT NULL, available_delta INTEGER NOT NULL, held_delta INTEGER NOT NULL,
     available INTEGER NOT NULL, held INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL,
     PRIMARY KEY (account, seq)) WITHOUT ROWID;
   CREATE TABLE batch (
     n INTEGER PRIMARY KEY, at INTEGER NOT NULL, entries TEXT NOT NULL,
     open_from INTEGER NOT NULL, overdue TEXT NOT NULL, sent_to INTEGER NOT NULL);
   CREATE TABLE idempotency (
     account INTEGER NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, subject TEXT NOT NULL,
     PRIMARY KEY (account, key)) WITHOUT ROWID;
   CREATE TABLE credited (
     transfer TEXT PRIMARY KEY, seq INTEGER, at INTEGER NOT NULL, refusal TEXT) WITHOUT ROWID;
   CREATE TABLE claim (
     account INTEGER NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL,
     currency TEXT NOT NULL, reference TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     payload_digest TEXT NOT NULL, facts TEXT NOT NULL, details TEXT NOT NULL,
     ended_at INTEGER, accept_seq INTEGER, transfer TEXT, PRIMARY KEY (account, id)) WITHOUT ROWID;
   CREATE INDEX claim_open ON claim (expires_at) WHERE state = 'open';
   CREATE INDEX claim_reference ON claim (account, reference) WHERE reference IS NOT NULL;`,
  // What each refund takes of its payment, on either side of it: 0 once it was refused.
  `CREATE TABLE refund (
     account INTEGER NOT NULL, payment TEXT NOT NULL, transfer TEXT NOT NULL, amount INTEGER NOT NULL,
     PRIMARY KEY (account, payment, transfer)) WITHOUT ROWID;`,
  // Transfers whose partners have all done their part, or have to undo it, and those that are watched; see `errands.ts`.
  `CREATE TABLE errand (
     transfer TEXT PRIMARY KEY, account TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;`,
  // The limit rules in force, and what participants under such a rule have paid; see `limits.ts`.
  `CREATE TABLE rule_set (one INTEGER PRIMARY KEY, revision INTEGER NOT NULL, books INTEGER NOT NULL, rules TEXT NOT NULL);
   CREATE TABLE participant_tally (
     participant TEXT NOT NULL, currency TEXT NOT NULL, period TEXT NOT NULL, from_at INTEGER NOT NULL,
     sum INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (participant, currency, period)) WITHOUT ROWID;`,
  // A cashier's own orders: a row more for those that have such a maker.
  `CREATE INDEX claim_person ON claim (account, facts ->> '$.person') WHERE facts ->> '$.person' IS NOT NULL;
   CREATE INDEX claim_till ON claim (account, facts ->> '$.till') WHERE facts ->> '$.till' IS NOT NULL;`,
  // The one-time passwords of payers, the last of each; see `passwords.ts`.
  `CREATE TABLE password (
     account INTEGER PRIMARY KEY, id TEXT NOT NULL, hash TEXT NOT NULL, expires_at INTEGER NOT NULL,
     wrong INTEGER NOT NULL, locked_until INTEGER NOT NULL);`,
  // Transfers that wait for their payer's confirmation, and what came of those that did; see `confirming.ts`.
  `CREATE TABLE confirmation (
     transfer TEXT PRIMARY KEY, account INTEGER NOT NULL, seq INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     failures INTEGER NOT NULL, ended_seq INTEGER) WITHOUT ROWID;
   CREATE INDEX confirmation_open ON confirmation (expires_at) WHERE ended_seq IS NULL;`,
  // What each sticker shows, whether it was opened for it, and whose turn it is; see `stickers.ts`.
  `CREATE TABLE sticker (
     account INTEGER NOT NULL, id TEXT NOT NULL, claim TEXT, own INTEGER NOT NULL, payer TEXT,
     taken_until INTEGER NOT NULL, PRIMARY KEY (account, id)) WITHOUT ROWID;`,
  // The orders of one store, for its manager: a row more for those that are made in one.
  `CREATE INDEX claim_store ON claim (account, facts ->> '$.store') WHERE facts ->> '$.store' IS NOT NULL;`,
];

/** Runs the steps this book has not run yet. Inside a transaction. */
export function migrate(sql: SqlStorage): void {
  sql.exec('CREATE TABLE IF NOT EXISTS schema_step (step INTEGER PRIMARY KEY)');
  const { done } = sql.exec<{ done: number }>('SELECT count(*) AS done FROM schema_step').one();
  for (const [index, step] of steps.entries()) {
    if (index < done) continue;
    sql.exec(step);
    sql.exec('INSERT INTO schema_step VALUES (?)', index);
  }
}
