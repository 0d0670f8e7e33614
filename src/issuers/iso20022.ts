/**
 * The iso20022 adapter: a bank that speaks ISO 20022, one XML message over HTTPS and one in answer, signed like
 * those of the Tolom protocol. A debit and a credit are a pacs.008, a refund is a pacs.004, how it went is asked
 * with a pacs.028; to all of them a pacs.002 answers. A camt.056 asks to undo, and a camt.029 or pacs.004 answers.
 *
 * The transfer's id is the transaction's and the end-to-end id. An order is the same message with the same id
 * each time it is sent; questions about it have ids of their own.
 */
import { currencyOf } from '../emv/index.ts';
import { assert, formatMinor, randomBase32 } from '../kernel/index.ts';
import type { Adapter, Answer, Movement, Order } from './contract.ts';
import { isoReason, refusalOfReason } from './reasons.ts';
import { exchange, type WireTerms } from './wire.ts';
import { at, type Element, readMessage, textAt, writeMessage } from './xml.ts';

/** The messages spoken here, with their versions. */
export const messages = {
  transfer: 'pacs.008.001.08',
  report: 'pacs.002.001.10',
  return: 'pacs.004.001.09',
  enquiry: 'pacs.028.001.03',
  cancellation: 'camt.056.001.08',
  resolution: 'camt.029.001.09',
} as const;

// ExternalPaymentTransactionStatus1Code. ACSC and ACCC: settled, credited. RJCT, CANC: no, and undone.
const approvals = new Set(['ACSC', 'ACCC']);
// ExternalStatusReason1Code: no original transaction received.
const noOriginal = 'NOOR';
// ExternalCancellationReason1Code, ExternalReturnReason1Code.
const technicalProblem = 'TECH';
const requestedByCustomer = 'CUST';
const nameMax = 140;
const identificationMax = 34;

export interface IsoTerms extends WireTerms {
  /** How the switch and the partner are called in messages. */
  readonly switchId: string;
  readonly partnerId: string;
}

export function iso20022Adapter(terms: IsoTerms): Adapter {
  const ask = async (text: string, signal: AbortSignal): Promise<string> => {
    const asked = { method: 'POST', url: terms.url, type: 'application/xml', text } as const;
    const { status, body } = await exchange(terms, asked, signal);
    if (status !== 200) throw new Error(`answered ${status}`);
    return body;
  };
  return {
    can: { refund: true, credit: true, limits: true, holds: false },
    async perform(movement, order, signal) {
      return reportIn(await ask(orderMessage(terms, movement, order), signal), order);
    },
    async status(movement, order, signal) {
      const report = await ask(enquiryMessage(terms, movement, order), signal);
      return reportIn(report, order);
    },
    async reverse(movement, order, signal) {
      return resolutionIn(await ask(cancellationMessage(terms, movement, order), signal), order);
    },
  };
}

type Parties = Pick<IsoTerms, 'switchId' | 'partnerId'>;

const letterOf: Record<Movement, string> = { debit: 'D', refund: 'R', credit: 'C' };
/** Of the order itself: always the same. At most 35 characters, as Max35Text has it. */
export const orderMessageId = (movement: Movement, { id }: Pick<Order, 'id'>): string =>
  id + letterOf[movement];
const questionId = (movement: Movement, order: Order): string =>
  `${orderMessageId(movement, order)}${randomBase32(6)}`;

const messageOf = (movement: Movement) => (movement === 'refund' ? messages.return : messages.transfer);

export const orderMessage = (parties: Parties, movement: Movement, order: Order): string =>
  movement === 'refund' ? returnMessage(parties, order) : transferMessage(parties, movement, order);

/** pacs.008: of a debit the partner is the debtor's agent, of a credit the creditor's. */
function transferMessage(parties: Parties, movement: Movement, order: Order): string {
  const { id, account, merchantName = 'NOTPROVIDED' } = order;
  const [own, other] = [agent(parties.switchId), agent(parties.partnerId)];
  const merchant = { Nm: merchantName.slice(0, nameMax) };
  const isDebit = movement === 'debit';
  return writeMessage(messages.transfer, {
    FIToFICstmrCdtTrf: {
      GrpHdr: {
        MsgId: orderMessageId(movement, order),
        CreDtTm: dateTime(order.atMs),
        NbOfTxs: '1',
        SttlmInf: { SttlmMtd: 'CLRG' },
      },
      CdtTrfTxInf: {
        PmtId: { InstrId: id, EndToEndId: id, TxId: id },
        IntrBkSttlmAmt: amount(order),
        IntrBkSttlmDt: dateTime(order.atMs).slice(0, 10),
        ChrgBr: 'SLEV',
        InstgAgt: own,
        InstdAgt: other,
        Dbtr: { Nm: 'NOTPROVIDED' },
        ...(isDebit && { DbtrAcct: accountOf(account) }),
        DbtrAgt: isDebit ? other : own,
        CdtrAgt: isDebit ? own : other,
        Cdtr: merchant,
        ...(!isDebit && { CdtrAcct: accountOf(account) }),
      },
    },
  });
}

/** pacs.004: some of what a pacs.008 took goes back to its debtor. */
const returnMessage = ({ switchId, partnerId }: Parties, order: Order): string =>
  writeMessage(messages.return, {
    PmtRtr: {
      GrpHdr: {
        MsgId: orderMessageId('refund', order),
        CreDtTm: dateTime(order.atMs),
        NbOfTxs: '1',
        SttlmInf: { SttlmMtd: 'CLRG' },
      },
      TxInf: {
        RtrId: order.id,
        OrgnlGrpInf: original('debit', { id: order.payment ?? order.id }),
        OrgnlInstrId: order.payment ?? order.id,
        OrgnlEndToEndId: order.payment ?? order.id,
        OrgnlTxId: order.payment ?? order.id,
        RtrdIntrBkSttlmAmt: amount(order),
        IntrBkSttlmDt: dateTime(order.atMs).slice(0, 10),
        InstgAgt: agent(switchId),
        InstdAgt: agent(partnerId),
        RtrRsnInf: { Rsn: { Cd: requestedByCustomer } },
      },
    },
  });

/** pacs.028: how did it go? */
export const enquiryMessage = ({ switchId, partnerId }: Parties, movement: Movement, order: Order): string =>
  writeMessage(messages.enquiry, {
    FIToFIPmtStsReq: {
      GrpHdr: {
        MsgId: questionId(movement, order),
        CreDtTm: dateTime(Date.now()),
        InstgAgt: agent(switchId),
        InstdAgt: agent(partnerId),
      },
      TxInf: {
        OrgnlGrpInf: original(movement, order),
        OrgnlInstrId: order.id,
        OrgnlEndToEndId: order.id,
        OrgnlTxId: order.id,
      },
    },
  });

/** camt.056: undo it, and never do it from now on. */
export function cancellationMessage(parties: Parties, movement: Movement, order: Order): string {
  const id = questionId(movement, order);
  return writeMessage(messages.cancellation, {
    FIToFIPmtCxlReq: {
      Assgnmt: {
        Id: id,
        Assgnr: { Agt: agent(parties.switchId) },
        Assgne: { Agt: agent(parties.partnerId) },
        CreDtTm: dateTime(Date.now()),
      },
      Undrlyg: {
        TxInf: {
          CxlId: id,
          OrgnlGrpInf: original(movement, order),
          OrgnlInstrId: order.id,
          OrgnlEndToEndId: order.id,
          OrgnlTxId: order.id,
          OrgnlIntrBkSttlmAmt: amount(order),
          OrgnlIntrBkSttlmDt: dateTime(order.atMs).slice(0, 10),
          CxlRsnInf: { Rsn: { Cd: technicalProblem } },
        },
      },
    },
  });
}

const agent = (id: string): Element => ({ FinInstnId: { Othr: { Id: id } } });
const dateTime = (ms: number): string => new Date(ms).toISOString();
const original = (movement: Movement, order: Pick<Order, 'id'>): Element => ({
  OrgnlMsgId: orderMessageId(movement, order),
  OrgnlMsgNmId: messageOf(movement),
});

/** An IBAN is one; any other name of an account is the partner's own, and may be a long one. */
function accountOf(account: string): Element {
  if (/^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$/.test(account)) return { Id: { IBAN: account } };
  return account.length <= identificationMax
    ? { Id: { Othr: { Id: account } } }
    : { Id: { Othr: { Id: 'SEEPROXY' } }, Prxy: { Id: account } };
}

function amount({ amountMinor, currency }: Pick<Order, 'amountMinor' | 'currency'>): Element {
  const known = currencyOf(currency);
  assert(known, `currency ${currency} has no known decimals`);
  return { '@Ccy': currency, '#': formatMinor(BigInt(amountMinor), known.decimals) };
}

/** What a pacs.002 says about an order; throws when it is about another one, or none. */
export function reportIn(text: string, order: Order): Answer {
  const { name, content } = readMessage(text);
  if (name !== messages.report) throw new Error(`answered with ${name}`);
  const report = at(content, 'FIToFIPmtStsRpt/TxInfAndSts');
  if (textAt(report, 'OrgnlTxId') !== order.id) throw new Error('an answer about another transaction');
  const status = textAt(report, 'TxSts') ?? '';
  const reason = textAt(report, 'StsRsnInf/Rsn/Cd') ?? textAt(report, 'StsRsnInf/Rsn/Prtry');
  if (status === 'CANC') return { state: 'reversed' };
  if (status === 'RJCT') return reason === noOriginal ? { state: 'absent' } : refusalOfReason(reason);
  if (!approvals.has(status)) return { state: 'pending' };
  const reference = textAt(report, 'AcctSvcrRef');
  return {
    state: 'approved',
    ...(movedIn(at(report, 'OrgnlTxRef/IntrBkSttlmAmt')) ?? order),
    ...(reference !== undefined && { reference }),
  };
}

/** An amount as minor units; undefined when none is given, which means what was asked. */
function movedIn(element: unknown): Pick<Order, 'amountMinor' | 'currency'> | undefined {
  if (element === undefined) return undefined;
  const currency = textAt(element, '@Ccy') ?? '';
  const [whole = '', part = ''] = (textAt(element, '#') ?? '').split('.');
  const decimals = currencyOf(currency)?.decimals;
  const known = decimals !== undefined && /^\d{1,15}$/.test(whole) && /^\d*$/.test(part);
  if (!known || /[^0]/.test(part.slice(decimals))) return { amountMinor: -1, currency };
  return { amountMinor: Number(whole + part.slice(0, decimals).padEnd(decimals, '0')), currency };
}

/** What a camt.029, or a pacs.004 that brings the money back, says about undoing an order. */
export function resolutionIn(text: string, order: Order): Answer {
  const { name, content } = readMessage(text);
  if (name === messages.return) {
    const returned = textAt(content, 'PmtRtr/TxInf/OrgnlTxId');
    if (returned !== order.id) throw new Error('an answer about another transaction');
    const moved = movedIn(at(content, 'PmtRtr/TxInf/RtrdIntrBkSttlmAmt'));
    return moved?.amountMinor === order.amountMinor ? { state: 'reversed' } : { state: 'pending' };
  }
  if (name !== messages.resolution) throw new Error(`answered with ${name}`);
  const details = at(content, 'RsltnOfInvstgtn/CxlDtls/TxInfAndSts');
  if (textAt(details, 'OrgnlTxId') !== order.id) throw new Error('an answer about another transaction');
  const confirmation = textAt(content, 'RsltnOfInvstgtn/Sts/Conf');
  if (confirmation === 'CNCL') return { state: 'reversed' };
  return { state: confirmation === 'RJCR' ? 'stands' : 'pending' };
}

/** The partner's side: what a message asks for. */
export function questionIn(text: string): {
  readonly asks: 'perform' | 'status' | 'reverse';
  readonly movement: Movement;
  readonly order: Order;
} {
  const { name, content } = readMessage(text);
  if (name === messages.transfer) {
    const group = textAt(content, 'FIToFICstmrCdtTrf/GrpHdr/MsgId') ?? '';
    const asked = at(content, 'FIToFICstmrCdtTrf/CdtTrfTxInf');
    const account = textAt(asked, 'DbtrAcct/Id/IBAN') ?? textAt(asked, 'DbtrAcct/Id/Othr/Id');
    const merchant = textAt(asked, 'CdtrAcct/Prxy/Id') ?? textAt(asked, 'CdtrAcct/Id/Othr/Id');
    const order = orderFrom(textAt(asked, 'PmtId/TxId'), at(asked, 'IntrBkSttlmAmt'), account ?? merchant);
    return { asks: 'perform', movement: movementIn(group), order };
  }
  if (name === messages.return) {
    const asked = at(content, 'PmtRtr/TxInf');
    const payment = textAt(asked, 'OrgnlTxId');
    const order = orderFrom(textAt(asked, 'RtrId'), at(asked, 'RtrdIntrBkSttlmAmt'), '');
    return {
      asks: 'perform',
      movement: 'refund',
      order: { ...order, ...(payment !== undefined && { payment }) },
    };
  }
  const isEnquiry = name === messages.enquiry;
  if (!isEnquiry && name !== messages.cancellation) throw new Error(`${name} is not asked here`);
  const asked = at(content, isEnquiry ? 'FIToFIPmtStsReq/TxInf' : 'FIToFIPmtCxlReq/Undrlyg/TxInf');
  const movement = movementIn(textAt(asked, 'OrgnlGrpInf/OrgnlMsgId') ?? '');
  const order = orderFrom(textAt(asked, 'OrgnlTxId'), at(asked, 'OrgnlIntrBkSttlmAmt'), '');
  return { asks: isEnquiry ? 'status' : 'reverse', movement, order };
}

function orderFrom(id: string | undefined, moved: unknown, account: string | undefined): Order {
  if (id === undefined) throw new Error('a message about no transaction');
  const { amountMinor, currency } = movedIn(moved) ?? { amountMinor: 0, currency: 'XXX' };
  return { id, amountMinor, currency, account: account ?? '', atMs: Date.now() };
}

function movementIn(messageId: string): Movement {
  const found = Object.entries(letterOf).find(([, letter]) => messageId.endsWith(letter));
  if (!found) throw new Error('not a message of the switch');
  return found[0] as Movement;
}

/** The partner's side: a pacs.002 about an order. */
export function reportMessage(movement: Movement, order: Order, answer: Answer): string {
  const status = statusOf(answer);
  const reason = answer.state === 'refused' ? isoReason(answer.refusal) : noOriginal;
  return writeMessage(messages.report, {
    FIToFIPmtStsRpt: {
      GrpHdr: { MsgId: questionId(movement, order), CreDtTm: dateTime(Date.now()) },
      TxInfAndSts: {
        OrgnlGrpInf: original(movement, order),
        OrgnlInstrId: order.id,
        OrgnlEndToEndId: order.id,
        OrgnlTxId: order.id,
        TxSts: status,
        ...(status === 'RJCT' && { StsRsnInf: { Rsn: { Cd: reason } } }),
        ...(answer.state === 'approved' && { OrgnlTxRef: { IntrBkSttlmAmt: amount(answer) } }),
      },
    },
  });
}

function statusOf({ state }: Answer): string {
  if (state === 'approved' || state === 'stands') return 'ACSC';
  if (state === 'reversed') return 'CANC';
  return state === 'pending' ? 'PDNG' : 'RJCT';
}

/** The partner's side: a camt.029 about an order. */
export function resolutionMessage(
  parties: Parties,
  movement: Movement,
  order: Order,
  answer: Answer,
): string {
  const done = answer.state === 'reversed';
  const refused = answer.state === 'stands';
  return writeMessage(messages.resolution, {
    RsltnOfInvstgtn: {
      Assgnmt: {
        Id: questionId(movement, order),
        Assgnr: { Agt: agent(parties.partnerId) },
        Assgne: { Agt: agent(parties.switchId) },
        CreDtTm: dateTime(Date.now()),
      },
      Sts: { Conf: done ? 'CNCL' : refused ? 'RJCR' : 'PDCR' },
      CxlDtls: {
        TxInfAndSts: {
          OrgnlGrpInf: original(movement, order),
          OrgnlInstrId: order.id,
          OrgnlEndToEndId: order.id,
          OrgnlTxId: order.id,
          TxCxlSts: done ? 'ACCR' : refused ? 'RJCR' : 'PDCR',
        },
      },
    },
  });
}
