// How quick and how right the codec is, beside `promptparse`, in one run over the same real codes; then how
// it bears a million texts that are not codes. `npm run bench -- codec [--rounds N] [--fuzz N]`

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EMVCoQR, parse } from 'promptparse';
import { checksumOf, type Decoded, decode, toWire } from '../src/emv/index.ts';
import { machine } from './load/machine.ts';

interface Vector {
  id: string;
  payload: string;
  valid: boolean;
  error?: string;
  expect?: {
    amount: string | null;
    currency: string | null;
    country: string | null;
    merchantName: string | null;
    merchantCity: string | null;
    mcc: string | null;
    merchantAccounts: { tag: string; guid?: string | null; value?: string; sub?: Record<string, string> }[];
  };
}

/** What both are asked of a code: the six texts a payer sees, and every account with its fields. */
type Answer = string | null;

interface Contender {
  name: string;
  decode: (payload: string) => unknown;
  /** The answer in one text, null for a refusal. */
  answer: (payload: string) => Answer;
}

const vectors: Vector[] = readFileSync(join(import.meta.dirname, '../test/vectors/emv.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

/** The rival checks the CRC and opens templates too: its strict mode, the nearest to what `decode` promises. */
const contenders: Contender[] = [
  { name: 'tolom', decode, answer: (payload) => ourAnswer(payload) },
  {
    name: 'promptparse',
    decode: (payload) => parse(payload, true),
    answer: (payload) => theirAnswer(payload),
  },
];

const RATIO_MIN = 2;
/** A text of 4,096 characters takes microseconds; the rest is room for the collector and the machine. */
const FUZZ_MS_MAX = 1000;

/** Sets the exit status where something is not right, not quick or not sound. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '60' }, fuzz: { type: 'string', default: '1000000' } },
  });
  console.log(machine());
  const allRight = reportRightness();
  const quick = reportSpeed(Number(values.rounds));
  const sound = reportFuzz(Number(values.fuzz));
  if (!allRight || !quick || !sound) process.exitCode = 1;
}

function reportRightness(): boolean {
  console.log(`\nRight answers over ${vectors.length} real codes`);
  const counts = contenders.map(({ name, answer }) => {
    const right = vectors.filter((vector) => answer(vector.payload) === expected(vector)).length;
    console.log(`  ${name.padEnd(14)}${right} of ${vectors.length}`);
    return right;
  });
  return counts[0] === vectors.length;
}

/** Rounds of the contenders in turn, so that what the machine does meanwhile hits both alike; medians. */
function reportSpeed(rounds: number): boolean {
  let slowest = Number.POSITIVE_INFINITY;
  for (const [what, chosen] of [
    ['all codes', vectors],
    ['valid codes', vectors.filter(({ valid }) => valid)],
  ] as const) {
    const payloads = chosen.map(({ payload }) => payload);
    const [ours = 0, theirs = 0] = medians(
      contenders.map(({ decode: work }) => work),
      payloads,
      rounds,
    );
    const [readToPay = 0, readOurs = 0] = medians([readWhatAPaymentNeeds, readEverything], payloads, rounds);
    console.log(`\nNanoseconds a code, ${what} (median of ${rounds} rounds in turn)`);
    console.log(`  tolom         ${ours.toFixed(0)}\n  promptparse   ${theirs.toFixed(0)}`);
    console.log(`  ratio         ${(theirs / ours).toFixed(2)}`);
    console.log(`  tolom, with scheme, amount, merchant and accounts read:  ${readToPay.toFixed(0)}`);
    console.log(`  tolom, with every field and warning read as JSON data:  ${readOurs.toFixed(0)}`);
    slowest = Math.min(slowest, theirs / ours);
  }
  if (slowest < RATIO_MIN) console.log(`  not ${RATIO_MIN} times as quick`);
  return slowest >= RATIO_MIN;
}

/** Fields are worked out when asked for: this is what a payment asks for. promptparse has no such meaning. */
function readWhatAPaymentNeeds(payload: string): unknown {
  const code = decode(payload);
  if (!code.ok) return code;
  const { profile, amount, merchantName, merchantAccountInformation } = code;
  return [profile, amount, merchantName, merchantAccountInformation];
}

function readEverything(payload: string): unknown {
  return toWire(decode(payload));
}

function medians(works: ((payload: string) => unknown)[], payloads: string[], rounds: number): number[] {
  const samples = works.map(() => [] as number[]);
  // Each sample runs for a few milliseconds; the first third warms the compiler up and is left out.
  for (let round = 0; round < rounds * 1.5; round++) {
    for (const [n, work] of works.entries()) {
      const start = process.hrtime.bigint();
      for (let turn = 0; turn < 20; turn++) for (const payload of payloads) sink(work(payload));
      const nanoseconds = Number(process.hrtime.bigint() - start) / (20 * payloads.length);
      if (round >= rounds / 2) samples[n]?.push(nanoseconds);
    }
  }
  return samples.map((times) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0);
}

/** Keeps the compiler from leaving out work whose result nobody reads. */
function sink(value: unknown): void {
  if (value === sink) throw new Error('nothing decodes to this');
}

function reportFuzz(count: number): boolean {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  console.log(`\nFuzz: ${count} texts, SEED=${seed}`);
  const random = randomFrom(seed);
  const started = performance.now();
  let slowestMs = 0;
  let accepted = 0;
  for (let n = 0; n < count; n++) {
    const text = n % 4 === 0 ? noise(random) : mutated(random);
    const before = performance.now();
    const result = decode(text);
    slowestMs = Math.max(slowestMs, performance.now() - before);
    if (!result.ok) continue;
    accepted++;
    // A decoded code must hold its own checksum, and every part of it be readable.
    const { kind, value } = result.checksum;
    const holds = kind !== null && checksumOf(kind, result.payload.slice(0, -8)) === value.toUpperCase();
    if (!holds || JSON.stringify(result).length === 0)
      throw new Error(`accepted wrongly: ${JSON.stringify(text)}`);
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`  no exception; ${accepted} whole codes among them, every checksum their own`);
  console.log(`  ${seconds.toFixed(1)} s, slowest answer ${slowestMs.toFixed(2)} ms`);
  return slowestMs < FUZZ_MS_MAX;
}

type Random = (below: number) => number;

/** Mulberry32. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const alphabet = [...'00000112233445566778899ABCDEFabcdef%#+.*@ /é最😀', '\ud800', '\udc00', '\u0000'];

/** Mostly digits, mostly short, sometimes as long as can be, sometimes longer. */
function noise(random: Random): string {
  const length = random(200) === 0 ? random(4200) : random(120);
  let text = '';
  while (text.length < length) text += alphabet[random(alphabet.length)];
  return text;
}

/** A real code with one to three things done to it. */
function mutated(random: Random): string {
  let text = vectors[random(vectors.length)]?.payload ?? '';
  for (let times = random(3); times >= 0; times--) {
    const at = random(text.length + 1);
    const length = random(12);
    const part = alphabet[random(alphabet.length)] ?? '';
    const end = [at, at + 1, at + length, at + length][random(4)] ?? at;
    const between = random(3) === 0 ? text.slice(at, end).repeat(2) : part;
    text = text.slice(0, at) + between + text.slice(end);
  }
  return text;
}

function expected({ valid, expect: code }: Vector): Answer {
  if (!valid || code === undefined) return null;
  const accounts = code.merchantAccounts.map(({ tag, guid, value, sub }) => [
    tag,
    guid ?? null,
    sub ?? value,
  ]);
  const { amount, currency, country, merchantName, merchantCity, mcc } = code;
  return told([amount, currency, country, merchantName, merchantCity, mcc, accounts]);
}

function ourAnswer(payload: string): Answer {
  const code = decode(payload);
  if (!code.ok) return null;
  const { transactionAmount, transactionCurrency, countryCode, merchantName, merchantCity } = code;
  const texts = [transactionAmount, transactionCurrency, countryCode, merchantName, merchantCity];
  return told([...texts, code.merchantCategoryCode, ourAccounts(code)]);
}

function ourAccounts(code: Decoded): unknown[] {
  return code.merchantAccountInformation.map(({ id, guid, fields, value }) => [id, guid, fields ?? value]);
}

function theirAnswer(payload: string): Answer {
  let code: EMVCoQR | null;
  try {
    code = parse(payload, true);
  } catch {
    return null;
  }
  if (code === null) return null;
  const texts = ['54', '53', '58', '59', '60', '52'].map((id) => code.getTagValue(id) ?? null);
  const accounts = code
    .getTags()
    .filter(({ id }) => id >= '02' && id <= '51')
    .map(({ id, value, subTags }) => {
      // It opens card scheme primitives that look like templates, which is no fault.
      if (id < '26' || subTags === undefined) return [id, null, value];
      const fields = Object.fromEntries(subTags.map((tag) => [tag.id, tag.value]));
      const { '00': guid = null, ...rest } = fields;
      return [id, guid, rest];
    });
  return told([...texts, accounts]);
}

/** The same text for the same parts, in whatever order their fields come. */
function told(parts: unknown[]): string {
  return JSON.stringify(parts, (_, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).toSorted()
      : value,
  );
}

if (import.meta.main) await run(process.argv.slice(2));
