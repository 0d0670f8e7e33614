/**
 * Works out every figure of an account's export again. On purpose it shares no code with the switch: all it
 * knows is what the README says of entries and their hashes.
 */
import { createHash } from 'node:crypto';

export interface Verified {
  readonly account: string;
  readonly entries: number;
  /** Minor units. */
  readonly balance: bigint;
  readonly currency: string;
  readonly problems: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: lines of a file from anywhere; what is wrong in them is a finding
type Line = any;

interface Stripe {
  entries: number;
  available: bigint;
  held: bigint;
  hash: string;
  /** Amounts by the transfer that holds them. */
  open: Map<string, bigint>;
  closed: boolean;
}

/** Throws when a line is not JSON; everything else that is wrong becomes a problem. */
export function verifyExport(lines: Iterable<string>): Verified {
  const problems: string[] = [];
  const stripes = new Map<number, Stripe>();
  let account: Line;
  for (const text of lines) {
    if (text.trim() === '') continue;
    const line: Line = JSON.parse(text);
    if (line.line === 'account') account = line;
    else if (line.line === 'entry') entry(stripeOf(stripes, account?.account, line.stripe), line, problems);
    else if (line.line === 'totals') totals(stripeOf(stripes, account?.account, line.stripe), line, problems);
    else problems.push(`a line of an unknown kind: ${line.line}`);
  }
  if (!account) problems.push('it does not say which account it is of');
  for (let stripe = 0; stripe < (account?.stripes ?? 0); stripe++) {
    if (!stripes.get(stripe)?.closed) problems.push(`stripe ${stripe}: it breaks off before its totals`);
  }
  const found = [...stripes.values()];
  return {
    account: account?.account ?? '',
    currency: account?.currency ?? '',
    entries: found.reduce((sum, stripe) => sum + stripe.entries, 0),
    balance: found.reduce((sum, { available, held }) => sum + available + held, 0n),
    problems,
  };
}

function stripeOf(stripes: Map<number, Stripe>, account: string, number: number): Stripe {
  const known = stripes.get(number);
  if (known) return known;
  // The chain begins with the name of the stripe.
  const hash = `${account}#${number}`;
  const fresh = { entries: 0, available: 0n, held: 0n, hash, open: new Map(), closed: false };
  stripes.set(number, fresh);
  return fresh;
}

function entry(stripe: Stripe, line: Line, problems: string[]): void {
  const wrong = (what: string) =>
    problems.push(`stripe ${line.stripe}, entry ${line.sequence} (${line.subject}): ${what}`);
  if (line.sequence !== stripe.entries + 1) wrong(`follows ${stripe.entries}: an entry is missing`);
  stripe.available += BigInt(line.available_change);
  stripe.held += BigInt(line.held_change);
  if (BigInt(line.available) !== stripe.available) wrong('available does not add up');
  if (BigInt(line.held) !== stripe.held) wrong('held does not add up');
  const hashed = [
    ...[stripe.hash, line.sequence, line.at_ms, line.type, line.subject],
    ...[line.available_change, line.held_change, line.available, line.held, line.body],
  ];
  const hash = createHash('sha256').update(JSON.stringify(hashed)).digest('base64url');
  if (line.hash !== hash) wrong('its hash does not match its contents');
  holds(stripe, line, wrong);
  // From here on what the file says counts, so that one wrong entry is named once.
  stripe.entries = line.sequence;
  stripe.available = BigInt(line.available);
  stripe.held = BigInt(line.held);
  stripe.hash = line.hash;
}

/** A hold is ended once, by as much as it held. */
function holds(stripe: Stripe, line: Line, wrong: (what: string) => void): void {
  if (line.type === 'hold') stripe.open.set(line.subject, BigInt(line.held_change));
  if (line.type !== 'settle' && line.type !== 'void') return;
  const held = stripe.open.get(line.subject);
  if (held === undefined) wrong('it ends a hold that is not open');
  else if (held !== -BigInt(line.held_change)) wrong(`it ends a hold of ${held}`);
  stripe.open.delete(line.subject);
}

function totals(stripe: Stripe, line: Line, problems: string[]): void {
  const wrong = (what: string) => problems.push(`stripe ${line.stripe}: ${what}`);
  stripe.closed = true;
  if (line.entries !== stripe.entries) wrong(`${line.entries} entries are promised, ${stripe.entries} there`);
  if (BigInt(line.available) !== stripe.available) wrong('the total of available is another one');
  if (BigInt(line.held) !== stripe.held) wrong('the total of held is another one');
  if (stripe.entries > 0 && line.hash !== stripe.hash) wrong('the last hash is another one');
  const open = [...stripe.open.values()].reduce((sum, amount) => sum + amount, 0n);
  if (open !== stripe.held) wrong(`${stripe.held} is held, open holds add up to ${open}`);
}
