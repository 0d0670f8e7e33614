/** Statements as another program reads them: libxml2 against what the schema of camt.053.001.08 says of their elements. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TransferDetails } from '../../src/ledger/index.ts';
import { addTo, type BookedLine, type KindSums } from '../../src/statements/booked.ts';
import { camtOf } from '../../src/statements/camt053.ts';
import { type Holder, periodOf } from '../../src/statements/model.ts';

// Debian's own; lxml comes with the reader of spreadsheets.
const python = '/usr/bin/python3';
const reader = `
import json, sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
document = etree.parse(sys.argv[2])
schema.validate(document)
n = {'c': 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'}
texts = lambda path: [one.text for one in document.iterfind(path, n)]
print(json.dumps({'errors': [str(e) for e in schema.error_log], 'balances': texts('.//c:Bal/c:Amt'),
  'sides': texts('.//c:Bal/c:CdtDbtInd'), 'amounts': texts('.//c:Ntry/c:Amt'), 'names': texts('.//c:RltdPties//c:Nm'),
  'ends': texts('.//c:EndToEndId'), 'sums': texts('.//c:TxsSummry/*/c:Sum'), 'number': texts('.//c:ElctrncSeqNb')}))
`;
const schema = resolve(import.meta.dirname, 'camt053.xsd');
const folder = mkdtempSync(join(tmpdir(), 'tolom-camt-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const file = join(folder, 'statement.xml');
  writeFileSync(file, text);
  return JSON.parse(execFileSync(python, ['-c', reader, schema, file], { encoding: 'utf8' }));
}

const holderOf = (currency: string, kind: 'merchant' | 'position' = 'merchant'): Holder => ({
  account: {
    ...{ id: 'acc_1m80yfxmd0a6dt7fa3w8v', kind, currency, owner: 'mch_1m80yfxmd0a6dt7fa3w8v' },
    createdAtMs: Date.parse('2026-11-19T20:00:00Z'),
  } as Holder['account'],
  id: 'mch_1m80yfxmd0a6dt7fa3w8v',
  name: `Дордой «базар» & <ТЦ>\u0007 ${'ы'.repeat(200)}`,
  zone: 'Asia/Bishkek',
});

interface Booked {
  readonly change: bigint;
  readonly kind?: TransferDetails['kind'];
  readonly reference?: string;
}

/** The file of some entries after an opening balance. */
async function written(holder: Holder, openingMinor: bigint, booked: readonly Booked[], account?: string) {
  const { currency } = holder.account;
  let balanceMinor = openingMinor;
  const lines = booked.map(({ change, kind = 'payment', reference }, index): BookedLine => {
    balanceMinor += change;
    const facts = { payerParticipant: 'par_1', ...(reference !== undefined && { reference }) };
    const transfer = {
      id: 'pay_1m80yfxmd00000023jw5pbb0',
      kind,
      currency,
      heldAtMs: 1_700_000_000_000,
      facts,
    };
    const running = { available: balanceMinor, held: 0n };
    const place = { stripe: 0, sequence: index + 1, atMs: 1_700_000_000_123 + index, running };
    return { place, transfer: transfer as unknown as TransferDetails, changeMinor: change, balanceMinor };
  });
  const sums: KindSums = new Map();
  for (const line of lines) addTo(sums, line);
  const statement = {
    opening: { available: openingMinor, held: 0n },
    closing: { available: balanceMinor - 5n, held: 5n },
  };
  const period = periodOf('Asia/Bishkek', '2026-11-21', '2026-11-21');
  const tell = async () => ({ counterparty: { id: 'par_1', name: 'Көл & Ко' }, account: account ?? null });
  let text = '';
  const entries = (async function* () {
    yield* lines;
  })();
  for await (const piece of camtOf(holder, period, statement, sums, entries, tell)) text += piece;
  return text;
}

test('a merchant’s day: valid, and to the last unit', async () => {
  const found = read(
    await written(holderOf('KGS'), 12_345n, [
      { change: 100_005n, reference: 'wallet-1' },
      { change: -5n, kind: 'refund' },
      { change: 1n, reference: '<long> & '.repeat(7).trim() },
    ]),
  );
  expect(found).toMatchObject({
    ...{ errors: [], balances: ['123.45', '1123.46', '1123.41'], sides: ['CRDT', 'CRDT', 'CRDT'] },
    ...{ amounts: ['1000.05', '0.05', '0.01'], ends: ['wallet-1', 'NOTPROVIDED', 'NOTPROVIDED'] },
    // All of them, credits, debits.
    ...{ sums: ['1000.11', '1000.06', '0.05', '1000.06', '0.05'], number: ['2'] },
  });
  expect(found.names[0]).toMatch(/^Дордой «базар» & <ТЦ> ы{117}$/);
});

test.each([
  ['without entries', 'KGS', 0n, []],
  ['that owes', 'THB', -5_000n, [{ change: -1n, kind: 'refund' as const }]],
  ['without decimals', 'JPY', 3n, [{ change: 9_007_199_254_740_991n }]],
  ['with three decimals', 'BHD', 3n, [{ change: 9_007_199_254_740_991n }]],
])('%s: valid', async (_, currency, opening, booked) => {
  expect(read(await written(holderOf(currency), opening, booked)).errors).toEqual([]);
});

test('a participant’s position: payments, refunds, top-ups', async () => {
  const booked = [
    { change: -700n },
    { change: 50n, kind: 'refund' as const },
    { change: 1_000n, kind: 'top_up' as const },
  ];
  const found = read(await written(holderOf('KGS', 'position'), -10n, booked, 'acc_1m80yfxmd00000023jw5'));
  expect(found).toMatchObject({
    errors: [],
    sides: ['DBIT', 'CRDT', 'CRDT'],
    balances: ['0.10', '3.40', '3.35'],
  });
});

test('the schema sees what is wrong', async () => {
  const text = await written(holderOf('KGS'), 1n, [{ change: 5n }]);
  const wrong: [what: string, by: string][] = [
    ['<Sts><Cd>BOOK</Cd></Sts>', ''],
    ['<NtryRef>0-1</NtryRef>', `<NtryRef>${'1'.repeat(36)}</NtryRef>`],
    ['<CdtDbtInd>CRDT</CdtDbtInd>', '<CdtDbtInd>CREDIT</CdtDbtInd>'],
    ['Ccy="KGS">0.05', 'Ccy="KGS">-0.05'],
    ['Ccy="KGS">0.05', 'Ccy="KGS">0.000001'],
    ['<Dt>2026-11-21</Dt>', '<Dt>21.11.2026</Dt>'],
  ];
  for (const [what, by] of wrong) {
    expect(text).toContain(what);
    expect(read(text.replace(what, by)).errors, what).not.toEqual([]);
  }
});
