/**
 * camt.053.001.08, BankToCustomerStatement (ISO 20022): one statement of one account, its entries written as they are
 * read. What comes before them says what they sum up to, so they are read twice. Elements stand in the order of the
 * schema; a text longer than its type (Max35Text, Max70Text, Max140Text) is cut, or left out where it is an id.
 */
import { XMLBuilder } from 'fast-xml-parser';
import type { Statement } from '../accounts/index.ts';
import { currencyOf } from '../emv/index.ts';
import { isoTime } from '../http/index.ts';
import { clockIn, formatMinor, speakable } from '../kernel/index.ts';
import type { BookedLine, KindSums } from './booked.ts';
import type { Holder, Period, Told } from './model.ts';
import type { Teller } from './told.ts';

export const camtType = 'application/xml; charset=utf-8';

type Content = { readonly [name: string]: Content | readonly Content[] | string | undefined };

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  suppressEmptyNode: true,
});
const xml = (content: Content): string => speakable(String(builder.build(content)));

// Domain PMNT of ISO 20022's bank transaction codes: real-time credit transfers, received and issued.
const families = { credit: 'RRCT', debit: 'IRCT' } as const;
const subFamilies: Record<string, string> = { payment: 'DMCT', refund: 'RRTN', top_up: 'BOOK' };

// What ISO 20022 has written where there is nothing to write.
const notProvided = 'NOTPROVIDED';
const idLengthMax = 35;
const dayMs = 86_400_000;

export async function* camtOf(
  holder: Holder,
  period: Period,
  statement: Pick<Statement, 'opening' | 'closing'>,
  sums: KindSums,
  lines: AsyncIterable<BookedLine>,
  tell: Teller,
): AsyncGenerator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>';
  yield xml({ GrpHdr: { MsgId: crypto.randomUUID().replaceAll('-', ''), CreDtTm: isoTime(Date.now()) } });
  yield `<Stmt>${xml(headOf(holder, period))}`;
  yield xml({ Bal: balancesOf(holder, period, statement), TxsSummry: summaryOf(holder, sums) });
  for await (const line of lines)
    yield `\n${xml({ Ntry: entryOf(holder, line, await tell(line.transfer)) })}`;
  yield '\n</Stmt></BkToCstmrStmt></Document>\n';
}

/** Statements of single days are numbered by the days of the account: one after the other. */
function headOf({ account, name, zone }: Holder, { from, to, fromMs, beforeMs }: Period): Content {
  const firstDay = clockIn(zone, account.createdAtMs).day;
  const number = Math.max(1, (Date.parse(to) - Date.parse(firstDay)) / dayMs + 1);
  return {
    Id: from === to ? from : `${from} ${to}`,
    ElctrncSeqNb: String(number),
    CreDtTm: isoTime(Date.now()),
    FrToDt: { FrDtTm: isoTime(fromMs), ToDtTm: isoTime(beforeMs) },
    Acct: {
      Id: { Othr: { Id: account.id } },
      Ccy: account.currency,
      Nm: cut(name, 70),
      Ownr: { Nm: cut(name, 140), Id: { OrgId: { Othr: { Id: account.owner } } } },
    },
  };
}

function balancesOf(
  { account: { currency } }: Holder,
  { from, to }: Period,
  { opening, closing }: Pick<Statement, 'opening' | 'closing'>,
): Content[] {
  const balance = (code: string, minor: bigint, day: string): Content => ({
    Tp: { CdOrPrtry: { Cd: code } },
    ...amountOf(minor, currency),
    Dt: { Dt: day },
  });
  return [
    balance('OPBD', opening.available + opening.held, from),
    balance('CLBD', closing.available + closing.held, to),
    balance('CLAV', closing.available, to),
  ];
}

function summaryOf({ account: { currency } }: Holder, sums: KindSums): Content {
  const all = [...sums.values()];
  const total = (of: (sum: (typeof all)[number]) => bigint) => all.reduce((sum, one) => sum + of(one), 0n);
  const number = (of: (sum: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + of(one), 0);
  const [credits, debits] = [number((sum) => sum.credits), number((sum) => sum.debits)];
  const [credit, debit] = [total((sum) => sum.creditMinor), total((sum) => sum.debitMinor)];
  return {
    TtlNtries: {
      NbOfNtries: String(credits + debits),
      Sum: decimal(credit + debit, currency),
      TtlNetNtry: { Amt: decimal(abs(credit - debit), currency), CdtDbtInd: sideOf(credit - debit) },
    },
    TtlCdtNtries: { NbOfNtries: String(credits), Sum: decimal(credit, currency) },
    TtlDbtNtries: { NbOfNtries: String(debits), Sum: decimal(debit, currency) },
    TtlNtriesPerBkTxCd: [...sums].flatMap(([kind, one]) => [
      ...(one.credits > 0 ? [perCode(kind, 'credit', one.credits, one.creditMinor, currency)] : []),
      ...(one.debits > 0 ? [perCode(kind, 'debit', one.debits, one.debitMinor, currency)] : []),
    ]),
  };
}

const perCode = (
  kind: string,
  side: 'credit' | 'debit',
  count: number,
  sum: bigint,
  currency: string,
): Content => ({
  NbOfNtries: String(count),
  Sum: decimal(sum, currency),
  BkTxCd: codeOf(kind, side),
});

function entryOf(holder: Holder, line: BookedLine, told: Told): Content {
  const { place, transfer, changeMinor } = line;
  const { id, kind, currency, facts, heldAtMs } = transfer;
  const side = changeMinor > 0n ? 'credit' : 'debit';
  const money = amountOf(changeMinor, currency);
  const { reference, orderReference } = facts;
  const written = [reference, orderReference].filter((text) => text !== undefined);
  const endToEnd = reference !== undefined && reference.length <= idLengthMax ? reference : notProvided;
  return {
    NtryRef: `${place.stripe}-${place.sequence}`,
    ...money,
    Sts: { Cd: 'BOOK' },
    BookgDt: { DtTm: isoTime(place.atMs) },
    ValDt: { DtTm: isoTime(place.atMs) },
    AcctSvcrRef: id,
    BkTxCd: codeOf(kind, side),
    NtryDtls: {
      TxDtls: {
        Refs: { AcctSvcrRef: id, EndToEndId: endToEnd, TxId: id },
        ...money,
        ...partiesOf(holder, kind, told),
        ...(written.length > 0 && { RmtInf: { Ustrd: cut(written.join(' '), 140) } }),
        RltdDts: { AccptncDtTm: isoTime(heldAtMs) },
      },
    },
  };
}

/** Who paid whom, as far as the reader may know: a merchant by name, a payer by account and institution. */
function partiesOf({ account: { kind: own }, name }: Holder, kind: string, told: Told): Content {
  const isMerchant = own === 'merchant';
  const other = told.counterparty && (told.counterparty.name ?? told.counterparty.id);
  const merchant = isMerchant ? name : other;
  const institution = isMerchant ? other : told.account === null ? null : name;
  const [payer, paid] = kind === 'payment' ? (['Dbtr', 'Cdtr'] as const) : (['Cdtr', 'Dbtr'] as const);
  const party = merchant === null ? {} : { [paid]: { Pty: { Nm: cut(merchant, 140) } } };
  const account = told.account === null ? {} : { [`${payer}Acct`]: { Id: { Othr: { Id: told.account } } } };
  const agent =
    institution === null ? {} : { [`${payer}Agt`]: { FinInstnId: { Nm: cut(institution, 140) } } };
  // The debtor's elements stand before the creditor's.
  const parties = kind === 'payment' ? { ...account, ...party } : { ...party, ...account };
  return {
    ...(Object.keys(parties).length > 0 && { RltdPties: parties }),
    ...(institution !== null && { RltdAgts: agent }),
  };
}

const codeOf = (kind: string, side: 'credit' | 'debit'): Content => ({
  Domn: { Cd: 'PMNT', Fmly: { Cd: families[side], SubFmlyCd: subFamilies[kind] ?? 'OTHR' } },
  Prtry: { Cd: kind, Issr: 'Tolom' },
});

const abs = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
const sideOf = (minor: bigint): 'CRDT' | 'DBIT' => (minor < 0n ? 'DBIT' : 'CRDT');
const decimal = (minor: bigint, currency: string): string =>
  formatMinor(minor, currencyOf(currency)?.decimals ?? 0);
const amountOf = (minor: bigint, currency: string) => ({
  Amt: { '@Ccy': currency, '#': decimal(abs(minor), currency) },
  CdtDbtInd: sideOf(minor),
});

const cut = (text: string, length: number): string => [...text].slice(0, length).join('');
