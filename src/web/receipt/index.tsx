/**
 * The receipt's page: where the QR code of a receipt leads. It says whether the switch wrote it, to whoever holds
 * it; what became of the payment since only to whoever may see the payment.
 */
import { type Context, Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Receipt } from '../../client/index.ts';
import type { Directory } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, logFault } from '../../kernel/index.ts';
import { qrImage } from '../../payments/index.ts';
import type { ReceiptSigner } from '../../signing/index.ts';
import type { Api } from '../api.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { ReceiptPage, type ShownReceipt, TroublePage, WrongPage } from './page.tsx';

interface ReceiptParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly receipts: () => Promise<ReceiptSigner>;
}

export function receiptPages(parts: ReceiptParts, api: Api): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get('/:receipt', async (c) => {
    const language = languageFor(c);
    const answer = { language, cache: 'never' } as const;
    const token = c.req.param('receipt');
    const receipt = await genuine(parts, token);
    if (!receipt) return show(c, <WrongPage language={language} />, { ...answer, status: 404 });
    const shown: ShownReceipt = {
      receipt,
      token,
      merchant: await parts.directory.cachedMerchant(receipt.merchant),
      refundedMinor: await refunded(c, api, receipt),
    };
    return show(c, <ReceiptPage language={language} shown={shown} />, answer);
  });

  app.get('/:receipt/qr.svg', async (c) => {
    const token = c.req.param('receipt');
    if (!(await genuine(parts, token))) return c.text('', 404);
    const image = qrImage('svg', `${parts.config.url}/receipt/${token}`, { ecc: 'low' });
    return image instanceof Response ? image : c.text('', 404);
  });

  app.onError((error, c) => {
    logFault('page failed', error, { request: c.env.requestId, route: `${c.req.method} ${routePath(c)}` });
    const language = languageFor(c);
    return show(c, <TroublePage language={language} />, { language, status: 500, cache: 'never' });
  });

  return app;
}

/** What a receipt of the switch's own says. */
async function genuine({ receipts }: ReceiptParts, token: string): Promise<Receipt | undefined> {
  const checked = await (await receipts()).check(token);
  return checked.ok ? checked.receipt : undefined;
}

/** What was given back of the payment, as far as the visitor may know: 0 for everybody else. */
async function refunded(c: Context<VisitEnv>, api: Api, { merchant, payment }: Receipt): Promise<number> {
  if (c.req.header('cookie') === undefined || merchant === '') return 0;
  const path = `/v1/merchants/${merchant}/payments/${payment}`;
  const seen = await api(c).get<{ amount_refunded: { amount: number } }>(path);
  return seen.ok ? seen.value.amount_refunded.amount : 0;
}
