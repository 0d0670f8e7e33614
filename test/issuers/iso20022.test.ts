/**
 * Messages against the rules of their schemas, written down here as facts: which elements, in which order, how
 * often, and what their texts look like. They are read by a parser of their own set-up, order kept.
 */
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import type { Answer, Movement, Order } from '../../src/issuers/index.ts';
import {
  cancellationMessage,
  enquiryMessage,
  messages,
  orderMessage,
  questionIn,
  reportIn,
  reportMessage,
  resolutionIn,
  resolutionMessage,
} from '../../src/issuers/iso20022.ts';
import { readMessage } from '../../src/issuers/xml.ts';
import { newTransferId, refusals } from '../../src/kernel/index.ts';

const text = (max: number) => new RegExp(`^[\\s\\S]{1,${max}}$`, 'u');
const max35 = text(35);
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const date = /^\d{4}-\d\d-\d\d$/;
const number15 = /^\d{1,15}$/;
const code = (max: number) => new RegExp(`^[A-Z0-9]{1,${max}}$`);
const oneOf = (...values: string[]) => new RegExp(`^(?:${values.join('|')})$`);
const iban = /^[A-Z]{2}\d{2}[A-Za-z0-9]{1,30}$/;
// ActiveCurrencyAndAmount: at most 18 digits, 5 of them decimals; never negative.
const decimal = /^(?=\d{1,18}$|[\d.]{1,19}$)\d+(?:\.\d{1,5})?$/;

/** A type: a pattern of texts, an amount, or elements in their order; `?` behind a name: it may be left out. */
type Type = RegExp | 'amount' | Rule | { choice: Rule };
interface Rule {
  [element: string]: Type;
}

const institution: Rule = {
  FinInstnId: {
    'BICFI?': /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/,
    'Nm?': text(140),
    'Othr?': { Id: max35, 'Issr?': max35 },
  },
};
const account: Rule = {
  Id: { choice: { IBAN: iban, Othr: { Id: text(34), 'Issr?': max35 } } },
  'Tp?': { choice: { Cd: code(4), Prtry: max35 } },
  'Ccy?': /^[A-Z]{3}$/,
  'Nm?': text(70),
  'Prxy?': { 'Tp?': { choice: { Cd: code(4), Prtry: max35 } }, Id: text(2_048) },
};
const party: Rule = { 'Nm?': text(140) };
const settlement: Rule = { SttlmMtd: oneOf('INDA', 'INGA', 'COVE', 'CLRG'), 'SttlmAcct?': account };
const original: Rule = { OrgnlMsgId: max35, OrgnlMsgNmId: max35, 'OrgnlCreDtTm?': dateTime };
const reason: Rule = {
  'Rsn?': { choice: { Cd: code(4), Prtry: max35 } },
  'AddtlInf?': text(105),
};
const reference: Rule = { 'IntrBkSttlmAmt?': 'amount', 'IntrBkSttlmDt?': date };

const schemas: Record<string, Rule> = {
  [messages.transfer]: {
    FIToFICstmrCdtTrf: {
      GrpHdr: {
        MsgId: max35,
        CreDtTm: dateTime,
        NbOfTxs: number15,
        'CtrlSum?': decimal,
        'TtlIntrBkSttlmAmt?': 'amount',
        'IntrBkSttlmDt?': date,
        SttlmInf: settlement,
        'InstgAgt?': institution,
        'InstdAgt?': institution,
      },
      CdtTrfTxInf: {
        PmtId: { 'InstrId?': max35, EndToEndId: max35, 'TxId?': max35, 'UETR?': text(36) },
        IntrBkSttlmAmt: 'amount',
        'IntrBkSttlmDt?': date,
        'AccptncDtTm?': dateTime,
        'InstdAmt?': 'amount',
        ChrgBr: oneOf('DEBT', 'CRED', 'SHAR', 'SLEV'),
        'InstgAgt?': institution,
        'InstdAgt?': institution,
        'UltmtDbtr?': party,
        Dbtr: party,
        'DbtrAcct?': account,
        DbtrAgt: institution,
        'DbtrAgtAcct?': account,
        CdtrAgt: institution,
        'CdtrAgtAcct?': account,
        Cdtr: party,
        'CdtrAcct?': account,
        'UltmtCdtr?': party,
      },
    },
  },
  [messages.return]: {
    PmtRtr: {
      GrpHdr: { MsgId: max35, CreDtTm: dateTime, NbOfTxs: number15, SttlmInf: settlement },
      TxInf: {
        'RtrId?': max35,
        'OrgnlGrpInf?': original,
        'OrgnlInstrId?': max35,
        'OrgnlEndToEndId?': max35,
        'OrgnlTxId?': max35,
        'OrgnlIntrBkSttlmAmt?': 'amount',
        'OrgnlIntrBkSttlmDt?': date,
        RtrdIntrBkSttlmAmt: 'amount',
        'IntrBkSttlmDt?': date,
        'InstgAgt?': institution,
        'InstdAgt?': institution,
        'RtrRsnInf?': reason,
        'OrgnlTxRef?': reference,
      },
    },
  },
  [messages.enquiry]: {
    FIToFIPmtStsReq: {
      GrpHdr: { MsgId: max35, CreDtTm: dateTime, 'InstgAgt?': institution, 'InstdAgt?': institution },
      'OrgnlGrpInf?': original,
      TxInf: {
        'StsReqId?': max35,
        'OrgnlGrpInf?': original,
        'OrgnlInstrId?': max35,
        'OrgnlEndToEndId?': max35,
        'OrgnlTxId?': max35,
      },
    },
  },
  [messages.cancellation]: {
    FIToFIPmtCxlReq: {
      Assgnmt: {
        Id: max35,
        Assgnr: { choice: { Pty: party, Agt: institution } },
        Assgne: { choice: { Pty: party, Agt: institution } },
        CreDtTm: dateTime,
      },
      Undrlyg: {
        TxInf: {
          'CxlId?': max35,
          'OrgnlGrpInf?': original,
          'OrgnlInstrId?': max35,
          'OrgnlEndToEndId?': max35,
          'OrgnlTxId?': max35,
          'OrgnlIntrBkSttlmAmt?': 'amount',
          'OrgnlIntrBkSttlmDt?': date,
          'CxlRsnInf?': reason,
        },
      },
    },
  },
  [messages.report]: {
    FIToFIPmtStsRpt: {
      GrpHdr: { MsgId: max35, CreDtTm: dateTime, 'InstgAgt?': institution, 'InstdAgt?': institution },
      TxInfAndSts: {
        'StsId?': max35,
        'OrgnlGrpInf?': original,
        'OrgnlInstrId?': max35,
        'OrgnlEndToEndId?': max35,
        'OrgnlTxId?': max35,
        'TxSts?': code(4),
        'StsRsnInf?': reason,
        'AcctSvcrRef?': max35,
        'OrgnlTxRef?': reference,
      },
    },
  },
  [messages.resolution]: {
    RsltnOfInvstgtn: {
      Assgnmt: {
        Id: max35,
        Assgnr: { choice: { Pty: party, Agt: institution } },
        Assgne: { choice: { Pty: party, Agt: institution } },
        CreDtTm: dateTime,
      },
      Sts: { choice: { Conf: code(4) } },
      'CxlDtls?': {
        TxInfAndSts: {
          'CxlStsId?': max35,
          'OrgnlGrpInf?': original,
          'OrgnlInstrId?': max35,
          'OrgnlEndToEndId?': max35,
          'OrgnlTxId?': max35,
          'TxCxlSts?': oneOf('ACCR', 'RJCR', 'PDCR'),
        },
      },
    },
  },
};

type Node = Record<string, unknown>;
const ordered = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  parseTagValue: false,
  ignoreDeclaration: true,
});
const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ':@') ?? '';
const attributes = (node: Node) => (node[':@'] ?? {}) as Record<string, string>;
const textOf = (children: Node[]): string | undefined => children[0]?.['#text'] as string | undefined;

/** Everything about a message that its schema does not allow. */
function violations(xml: string): string[] {
  const [document, ...others] = ordered.parse(xml) as Node[];
  if (!document || others.length > 0 || nameOf(document) !== 'Document') return ['not one document'];
  const namespace = attributes(document)['@_xmlns'] ?? '';
  const rule = schemas[namespace.replace('urn:iso:std:iso:20022:tech:xsd:', '')];
  return rule ? inElement(rule, document.Document as Node[], '') : [`no schema of ${namespace}`];
}

function inElement(rule: Rule, children: Node[], path: string): string[] {
  const found: string[] = [];
  const left = [...children];
  for (const [key, type] of Object.entries(rule)) {
    const name = key.replace('?', '');
    const [next] = left;
    if (next && nameOf(next) === name) {
      left.shift();
      found.push(...inType(type, next, name, `${path}/${name}`));
    } else if (!key.endsWith('?')) {
      found.push(`${path}/${name} is missing, or not in its place`);
    }
  }
  return [...found, ...left.map((node) => `${path}/${nameOf(node)} is not expected here`)];
}

function inType(type: Type, node: Node, name: string, path: string): string[] {
  const children = node[name] as Node[];
  if (type === 'amount') {
    const currency = /^[A-Z]{3}$/.test(attributes(node)['@_Ccy'] ?? '') ? [] : [`${path} has no currency`];
    return decimal.test(textOf(children) ?? '') ? currency : [...currency, `${path} is no amount`];
  }
  if (type instanceof RegExp) {
    return type.test(textOf(children) ?? '') ? [] : [`${path}: ${textOf(children)}`];
  }
  if (!('choice' in type)) return inElement(type, children, path);
  const choice = type.choice as Rule;
  const [only, ...more] = children;
  const chosen = only && choice[nameOf(only)];
  if (!chosen || more.length > 0) return [`${path} is none of its choices`];
  return inType(chosen, only, nameOf(only), `${path}/${nameOf(only)}`);
}

const parties = { switchId: 'https://switch.example', partnerId: 'par_1m80c54sws1ykq5yyp27' };
const order = (more: Partial<Order> = {}): Order => ({
  id: newTransferId('payment', Date.now(), 1),
  amountMinor: 12_550,
  currency: 'KGS',
  account: 'KG-1',
  atMs: Date.now(),
  ...more,
});
const payment = newTransferId('payment', Date.now(), 2);
const orders: [string, Movement, Order][] = [
  ['a debit', 'debit', order()],
  ['a debit of an IBAN', 'debit', order({ account: 'DE89370400440532013000' })],
  ['a debit in a currency without decimals', 'debit', order({ currency: 'JPY', amountMinor: 7 })],
  ['a debit in one with three', 'debit', order({ currency: 'KWD', amountMinor: 5 })],
  ['the largest debit', 'debit', order({ amountMinor: Number.MAX_SAFE_INTEGER })],
  ['a debit for a merchant with signs in its name', 'debit', order({ merchantName: 'A & B <"Чай">' })],
  ['a refund', 'refund', order({ id: newTransferId('refund', Date.now(), 3), payment })],
  ['a credit', 'credit', order({ account: 'khqr@aclb/85512464906/ACLEDA Bank Plc/855000000194' })],
];

describe.each(orders)('%s', (_, movement, asked) => {
  test('keeps to its schema', () => {
    expect(violations(orderMessage(parties, movement, asked))).toEqual([]);
  });

  test('is read as what it is', () => {
    const read = questionIn(orderMessage(parties, movement, asked));
    expect(read).toMatchObject({ asks: 'perform', movement });
    expect(read.order).toMatchObject({
      id: asked.id,
      amountMinor: asked.amountMinor,
      currency: asked.currency,
    });
    if (movement !== 'refund') expect(read.order.account).toBe(asked.account);
    if (movement === 'refund') expect(read.order.payment).toBe(asked.payment);
  });

  test('is the same message whenever it is sent', () => {
    expect(orderMessage(parties, movement, asked)).toBe(orderMessage(parties, movement, asked));
  });

  test('is asked about and cancelled by messages that keep to theirs', () => {
    const enquiry = enquiryMessage(parties, movement, asked);
    const cancellation = cancellationMessage(parties, movement, asked);
    expect([...violations(enquiry), ...violations(cancellation)]).toEqual([]);
    expect(questionIn(enquiry)).toMatchObject({ asks: 'status', movement, order: { id: asked.id } });
    expect(questionIn(cancellation)).toMatchObject({ asks: 'reverse', movement, order: { id: asked.id } });
    expect(enquiryMessage(parties, movement, asked)).not.toBe(enquiry);
  });
});

const approved: Answer = { state: 'approved', amountMinor: 12_550, currency: 'KGS' };
describe('answers', () => {
  const asked = order();

  test.each<[string, Answer, Answer]>([
    ['approved', approved, approved],
    ['of another amount', { ...approved, amountMinor: 6_275 }, { ...approved, amountMinor: 6_275 }],
    ['pending', { state: 'pending' }, { state: 'pending' }],
    ['absent', { state: 'absent' }, { state: 'absent' }],
    ['reversed', { state: 'reversed' }, { state: 'reversed' }],
    ...(
      [
        'payment.insufficient_funds',
        'account.not_found',
        'account.closed',
        'account.frozen',
        'payment.amount_too_large',
        'payment.currency_mismatch',
        'qr.merchant_unknown',
        'issuer.limit_exceeded',
        'issuer.suspected_fraud',
      ] as const
    ).map((refused): [string, Answer, Answer] => {
      const answer: Answer = { state: 'refused', refusal: { code: refused } };
      return [`refused: ${refused}, ${refusals[refused].reason}`, answer, answer];
    }),
  ])('%s', (_, said, heard) => {
    const report = reportMessage('debit', asked, said);
    expect(violations(report)).toEqual([]);
    expect(reportIn(report, asked)).toMatchObject(heard);
  });

  test.each<[string, Answer, Answer['state']]>([
    ['undone', { state: 'reversed' }, 'reversed'],
    ['not any more', { state: 'stands' }, 'stands'],
    ['not yet', { state: 'pending' }, 'pending'],
  ])('to a cancellation: %s', (_, said, heard) => {
    const resolution = resolutionMessage(parties, 'debit', asked, said);
    expect(violations(resolution)).toEqual([]);
    expect(resolutionIn(resolution, asked).state).toBe(heard);
  });

  test('to a cancellation may be the money itself, all of it', () => {
    const back = orderMessage(parties, 'refund', order({ payment: asked.id }));
    expect(resolutionIn(back, asked)).toEqual({ state: 'reversed' });
    const half = orderMessage(parties, 'refund', order({ payment: asked.id, amountMinor: 1 }));
    expect(resolutionIn(half, asked)).toEqual({ state: 'pending' });
  });

  test('about another transaction are none', () => {
    expect(() => reportIn(reportMessage('debit', order(), approved), asked)).toThrow('another transaction');
    const resolution = resolutionMessage(parties, 'debit', order(), { state: 'reversed' });
    expect(() => resolutionIn(resolution, asked)).toThrow('another transaction');
  });

  test('with a reason that is a duplicate’s are no refusals, and unknown reasons decline', () => {
    const report = (reason: string) =>
      reportMessage('debit', asked, {
        state: 'refused',
        refusal: { code: 'payment.insufficient_funds' },
      }).replace('AM04', reason);
    expect(reportIn(report('AM05'), asked)).toEqual({ state: 'pending' });
    expect(reportIn(report('DUPL'), asked)).toEqual({ state: 'pending' });
    const unknown = { state: 'refused', refusal: { code: 'issuer.declined', detail: 'XY99' } };
    expect(reportIn(report('XY99'), asked)).toEqual(unknown);
  });

  test('whose status is none of the final ones are pending', () => {
    const report = (status: string) => reportMessage('debit', asked, approved).replace('ACSC', status);
    for (const status of ['ACSP', 'ACTC', 'RCVD', 'PDNG', 'XXXX']) {
      expect(reportIn(report(status), asked), status).toEqual({ state: 'pending' });
    }
    expect(reportIn(report('ACCC'), asked)).toEqual(approved);
  });
});

describe('what is read', () => {
  const report = reportMessage('debit', order(), approved);

  test('may have a prefix and be laid out as it likes', () => {
    const asked = order();
    const message = reportMessage('debit', asked, approved)
      .replaceAll(/<(\/?)(?=[A-Z])/g, '<$1iso:')
      .replace('xmlns=', 'xmlns:iso=')
      .replaceAll('><', '>\n  <');
    expect(reportIn(message, asked)).toEqual(approved);
  });

  test.each([
    [
      'a document type',
      report.replace('<Document', '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document'),
    ],
    ['entities', report.replace('<Document', '<!DOCTYPE d [<!ENTITY a "aaaa">]><Document')],
    ['no XML', 'ACSC'],
    ['half of it', report.slice(0, report.length / 2)],
    ['another namespace', report.replace('iso:20022', 'iso:8583')],
    ['no namespace', '<Document><FIToFIPmtStsRpt/></Document>'],
    ['far too much', report.replace('<GrpHdr>', `<GrpHdr><!--${'x'.repeat(70_000)}-->`)],
  ])('is refused with %s', (_, message) => {
    expect(() => readMessage(message)).toThrow();
  });
});

describe('the rules themselves', () => {
  const good = orderMessage(parties, 'debit', order());

  test.each([
    ['a missing element', good.replace(/<ChrgBr>.*?<\/ChrgBr>/, '')],
    ['another order', good.replace(/(<ChrgBr>.*?<\/ChrgBr>)(<InstgAgt>.*?<\/InstgAgt>)/, '$2$1')],
    ['a text that is too long', good.replace(/<MsgId>.*?</, `<MsgId>${'x'.repeat(36)}<`)],
    ['an amount without a currency', good.replace(/ Ccy="KGS"/, '')],
    ['a negative amount', good.replace('>125.50<', '>-125.50<')],
    ['an element nobody knows', good.replace('<PmtId>', '<Tip>1</Tip><PmtId>')],
  ])('notice %s', (_, message) => {
    expect(message).not.toBe(good);
    expect(violations(message)).not.toEqual([]);
  });
});
