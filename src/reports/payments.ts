/** A merchant's payments and refunds, for its people. */
import { z } from '@hono/zod-openapi';
import { type Directory, onlyMade, ownMerchant, traitsOf, type Who } from '../directory/index.ts';
import { idSchema, type Shell } from '../http/index.ts';
import { aboutFiles, type ListParts, type ListQuery, listed, reportAnswer, reportQuery } from './lists.ts';
import { sql } from './table.ts';
import { merchantPayments, merchantPaymentsShown, staff } from './tables/payments.ts';

const people: readonly Who[] = ['merchant:owner', 'merchant:manager', 'merchant:cashier', ...staff];

export function merchantPaymentList(shell: Shell, directory: Directory, parts: ListParts): void {
  shell.endpoint(
    {
      method: 'get',
      path: '/v1/merchants/{merchant}/payments',
      tag: 'Merchants',
      summary: merchantPayments.summary,
      description:
        'Cashiers are shown their own: what the person made who is signed in, or what was made at the till of ' +
        `the key. ${aboutFiles} \`Accept: text/csv\` asks for one too. A payment is here a moment after it ended.`,
      access: people,
      params: z.object({ merchant: idSchema('merchant') }),
      query: reportQuery(merchantPayments),
      answers: reportAnswer(merchantPayments),
    },
    async ({ params, query, caller, request, language }) => {
      const own = await ownMerchant(directory, caller, params.merchant);
      if (!own.ok) return own;
      const mine = traitsOf(onlyMade(caller)).map(([trait, wanted]) =>
        wanted === null ? sql(`${trait} IS NULL`) : sql(`${trait} = ?`, wanted),
      );
      const report = caller.who.startsWith('staff:') ? merchantPayments : merchantPaymentsShown;
      const accepts = request.headers.get('accept')?.startsWith('text/csv') ? 'csv' : 'json';
      const asked = query as ListQuery;
      const more = [sql('merchant = ?', own.value.id), ...mine];
      return listed(parts, report, { ...asked, format: asked.format ?? accepts }, language, more);
    },
  );
}
