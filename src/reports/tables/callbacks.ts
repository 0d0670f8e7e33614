/** Callbacks that are still to be delivered, or were given up. */
import { z } from '@hono/zod-openapi';
import { idSchema, textSchema } from '../../http/index.ts';
import { between, equal } from '../filters.ts';
import type { Report } from '../table.ts';
import { staff } from './payments.ts';

const states = ['retrying', 'waiting', 'parked'] as const;

export const callbacks: Report = {
  name: 'callbacks',
  row: 'CallbackReportRow',
  summary: 'Callbacks that are still to be delivered, or were given up, newest event first',
  access: staff,
  database: 'reports',
  projected: true,
  from: 'delivery',
  columns: [
    { name: 'event', type: 'id', sql: 'event' },
    { name: 'type', type: 'text', sql: 'type' },
    { name: 'owner', type: 'id', sql: 'owner' },
    { name: 'endpoint', type: 'id', sql: 'endpoint' },
    { name: 'status', type: 'text', sql: 'status', values: states },
    { name: 'attempts', type: 'count', sql: 'attempts' },
    { name: 'last_status', type: 'count', sql: 'last_status', nullable: true, about: 'HTTP status' },
    { name: 'last_error', type: 'text', sql: 'last_error', nullable: true },
    { name: 'due_at', type: 'time', sql: 'nullif(due_at, 0)', nullable: true },
    { name: 'updated_at', type: 'time', sql: 'updated_at' },
  ],
  key: 'delivery.id',
  filters: {
    owner: equal('owner', z.union([idSchema('participant'), idSchema('merchant')])),
    endpoint: equal('endpoint', idSchema('endpoint')),
    status: equal('status', z.enum(states)),
    type: equal('type', textSchema(64)),
    ...between('updated', 'updated_at'),
  },
};
