/**
 * The pay page: where an order's link leads. Whoever has the link may see the order, as whoever stands at
 * the till may see its code; it shows nothing of the payer. Once it is paid the page leads to the signed receipt.
 * That can be shown by whoever has the link; so registers remember which receipts they were shown, and say it.
 * Ids are checked before anything is looked up.
 */
import { type Context, Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Directory } from '../../directory/index.ts';
import type { VisitEnv } from '../../http/index.ts';
import { type Config, isId, logFault } from '../../kernel/index.ts';
import type { ClaimView, Ledger } from '../../ledger/index.ts';
import type { OrderDetails } from '../../orders/index.ts';
import { claimOf } from '../../orders/index.ts';
import { signedReceipt } from '../../receipts/index.ts';
import type { ReceiptSigner } from '../../signing/index.ts';
import { languageFor } from '../language.ts';
import { show } from '../respond.tsx';
import { MissingPage, OrderPage, type PayableOrder, TroublePage } from './page.tsx';

interface PayParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly ledger: Ledger;
  readonly receipts: () => Promise<ReceiptSigner>;
}

export function payPages(parts: PayParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const simulator = parts.config.mode === 'sandbox';

  app.get('/:order', async (c) => {
    const language = languageFor(c);
    const found = await orderFor(c, parts);
    const answer = { language, cache: 'never' } as const;
    if (!found) {
      return show(c, <MissingPage language={language} merchant={merchantOf(c)} />, {
        ...answer,
        status: 404,
      });
    }
    const { order, claim } = found;
    const wallets = order.state === 'open' ? await parts.directory.walletLinks() : [];
    const page = (
      <OrderPage
        order={order}
        language={language}
        nowMs={Date.now()}
        simulator={simulator}
        wallets={wallets}
        receipt={await receiptPath(parts, claim)}
      />
    );
    return show(c, page, answer);
  });

  app.get('/:order/status', async (c) => {
    const found = await orderFor(c, parts);
    c.header('Cache-Control', 'no-store');
    return found ? c.json({ status: found.order.state }) : c.json({ status: null }, 404);
  });

  app.onError((error, c) => {
    logFault('page failed', error, { request: c.env.requestId, route: `${c.req.method} ${routePath(c)}` });
    const language = languageFor(c);
    const page = <TroublePage language={language} merchant={merchantOf(c)} />;
    return show(c, page, { language, status: 500, cache: 'never' });
  });

  return app;
}

const merchantOf = (c: Context): string | undefined => {
  const merchant = c.req.query('merchant') ?? '';
  return isId('merchant', merchant) ? merchant : undefined;
};

interface Found {
  readonly order: PayableOrder;
  readonly claim: ClaimView;
}

async function orderFor(c: Context, { directory, ledger }: PayParts): Promise<Found | undefined> {
  const order = c.req.param('order') ?? '';
  const merchant = merchantOf(c);
  if (!isId('order', order) || merchant === undefined) return undefined;
  const row = await directory.cachedMerchant(merchant);
  const claim = row && (await claimOf(directory, ledger, { merchant, order }));
  if (!claim) return undefined;
  const details: OrderDetails = JSON.parse(claim.details);
  const shown: PayableOrder = {
    id: claim.id,
    state: claim.state,
    amountMinor: claim.amountMinor,
    currency: claim.currency,
    description: details.description ?? null,
    reference: claim.reference,
    items: details.items ?? [],
    expiresAtMs: claim.expiresAtMs,
    endedAtMs: claim.endedAtMs,
    payload: details.payload,
    asksForTip: details.tipRequested ?? false,
    paid: claim.transfer && {
      id: claim.transfer.id,
      amountMinor: BigInt(claim.transfer.amountMinor),
      tipMinor: BigInt(claim.transfer.facts.tipMinor ?? 0),
    },
    merchant: {
      id: row.id,
      name: row.name,
      city: row.city,
      country: row.country,
      active: row.status === 'active',
    },
  };
  return { order: shown, claim };
}

/** Where the receipt of an order is, once it is paid. */
async function receiptPath({ receipts }: PayParts, claim: ClaimView): Promise<string | undefined> {
  const { transfer, endedAtMs, facts } = claim;
  if (!transfer || endedAtMs === null) return undefined;
  const paid = { ...transfer, facts: { ...transfer.facts, ...facts } };
  return `/receipt/${await signedReceipt(await receipts(), paid, endedAtMs)}`;
}
