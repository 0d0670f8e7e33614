/** Who and what takes part, as the directory has it now; and who did what. */
import { z } from '@hono/zod-openapi';
import { currencySchema, idSchema, textSchema } from '../../http/index.ts';
import { between, equal } from '../filters.ts';
import { type Column, type Report, sql } from '../table.ts';
import type { ColumnName } from '../texts.ts';
import { staff } from './payments.ts';

const id = (name: ColumnName, text: string = name): Column => ({ name, type: 'id', sql: text });
const text = (name: ColumnName, more: Partial<Column> = {}): Column => ({
  name,
  type: 'text',
  sql: name,
  ...more,
});
const time = (name: ColumnName, more: Partial<Column> = {}): Column => ({
  name,
  type: 'time',
  sql: name,
  ...more,
});
const one = (of: readonly string[]) => z.enum(of);

const listed = { access: staff, database: 'directory', projected: false } as const;

const merchantStates = ['active', 'pending', 'suspended', 'closed'] as const;
export const merchants: Report = {
  ...listed,
  name: 'merchants',
  row: 'MerchantReportRow',
  summary: 'Merchants, newest first, with how many stores, tills and printed codes they have',
  from: 'merchant',
  columns: [
    ...[id('id', 'merchant.id'), text('name'), text('city'), text('country'), text('category_code')],
    ...[text('currency'), text('status', { values: merchantStates })],
    { name: 'stores', type: 'count', sql: '(SELECT count(*) FROM store WHERE store.merchant = merchant.id)' },
    {
      ...{ name: 'tills', type: 'count' },
      sql: '(SELECT count(*) FROM store JOIN till ON till.store = store.id WHERE store.merchant = merchant.id)',
    },
    { name: 'codes', type: 'count', sql: '(SELECT count(*) FROM code WHERE code.merchant = merchant.id)' },
    time('created_at'),
  ],
  key: 'merchant.id',
  filters: {
    status: equal('status', one(merchantStates)),
    country: equal('country', z.string().length(2)),
    category_code: equal('category_code', z.string().length(4)),
    currency: equal('currency', currencySchema),
    ...between('created', 'created_at'),
  },
};

export const tills: Report = {
  ...listed,
  name: 'tills',
  row: 'TillReportRow',
  summary: 'Tills, newest first, with their stores',
  from: 'till JOIN store ON store.id = till.store',
  columns: [
    ...[id('id', 'till.id'), text('name', { sql: 'till.name' }), id('merchant', 'till.merchant')],
    ...[id('store', 'till.store'), text('store_name', { sql: 'store.name' })],
    time('created_at', { sql: 'till.created_at' }),
  ],
  key: 'till.id',
  filters: {
    merchant: equal('till.merchant', idSchema('merchant')),
    store: equal('till.store', idSchema('store')),
    ...between('created', 'till.created_at'),
  },
};

const codeStates = ['active', 'paused', 'revoked'] as const;
const codeKinds = ['static', 'sticker'] as const;
export const codes: Report = {
  ...listed,
  name: 'codes',
  row: 'CodeReportRow',
  summary: 'Printed QR codes, newest first',
  from: 'code JOIN merchant ON merchant.id = code.merchant',
  columns: [
    ...[id('id', 'code.id'), id('merchant', 'code.merchant'), text('name', { sql: 'code.name' })],
    text('kind', { values: codeKinds }),
    text('status', { sql: 'code.status', values: codeStates }),
    ...[
      { ...id('store', 'code.store'), nullable: true } as const,
      { ...id('till', 'code.till'), nullable: true } as const,
    ],
    { name: 'amount', type: 'money', sql: 'code.amount', nullable: true, about: 'Null: the payer enters it' },
    ...[text('reference', { nullable: true }), text('reason', { nullable: true })],
    time('created_at', { sql: 'code.created_at' }),
  ],
  currency: 'merchant.currency',
  key: 'code.id',
  filters: {
    merchant: equal('code.merchant', idSchema('merchant')),
    status: equal('code.status', one(codeStates)),
    kind: equal('code.kind', one(codeKinds)),
    ...between('created', 'code.created_at'),
  },
};

const accountKinds = ['payer', 'merchant', 'funding', 'position', 'external'] as const;
const accountStates = ['active', 'frozen', 'closed'] as const;
export const accounts: Report = {
  ...listed,
  name: 'accounts',
  row: 'AccountReportRow',
  summary: 'Accounts, newest first; what is on them is in the accounts themselves',
  from: 'account',
  columns: [
    ...[id('id'), text('kind', { values: accountKinds }), id('owner'), text('currency')],
    text('status', { values: accountStates }),
    { name: 'stripes', type: 'count', sql: 'json_array_length(books)' },
    time('created_at'),
  ],
  key: 'id',
  filters: {
    owner: equal('owner', z.union([idSchema('participant'), idSchema('merchant')])),
    kind: equal('kind', one(accountKinds)),
    status: equal('status', one(accountStates)),
    currency: equal('currency', currencySchema),
    ...between('created', 'created_at'),
  },
};

export const audit: Report = {
  ...listed,
  name: 'audit',
  row: 'AuditReportRow',
  summary: 'Who did what, newest first; `GET /v1/audit` also has what it was before and after',
  access: ['staff:admin', 'staff:officer', 'staff:analyst'],
  from: 'audit',
  columns: [
    ...[{ name: 'sequence', type: 'count', sql: 'seq' } as const, id('id'), time('at'), text('actor')],
    ...[text('role', { sql: 'who' }), text('key', { sql: 'api_key' }), text('action'), text('request')],
    ...[text('reason', { nullable: true }), text('kind'), text('subject'), text('hash', { nullable: true })],
  ],
  key: 'seq',
  filters: {
    actor: equal('actor', textSchema(64)),
    action: {
      schema: textSchema(100).optional().openapi({ description: 'A part of the action' }),
      where: (value) => sql('instr(action, ?) > 0', value),
    },
    kind: equal('kind', textSchema(40)),
    subject: equal('subject', textSchema(64)),
    ...between('created', 'at'),
  },
};
