/**
 * The portal: where a merchant's people see how the day goes, find a payment, make codes and links, give money back,
 * and owners keep staff, keys and callbacks. Every page asks the API as its visitor and is refused what they are.
 */
import { Hono } from 'hono';
import type { VisitEnv } from '../../http/index.ts';
import { callbackPages } from './callbacks/index.tsx';
import { codePages } from './codes/index.tsx';
import { type DeskParts, desksOf } from './desk.tsx';
import { keyPages } from './keys/index.tsx';
import { orderPages } from './orders/index.tsx';
import { paymentPages } from './payments/index.tsx';
import { refundPages } from './refunds/index.tsx';
import { settingPages } from './settings/index.tsx';
import { staffPages } from './staff/index.tsx';
import { todayPages } from './today/index.tsx';

export function portalPages(parts: DeskParts): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  const at = desksOf(parts);
  app.route('/', todayPages(at));
  app.route('/payments', paymentPages(at));
  app.route('/orders', orderPages(at));
  app.route('/codes', codePages(at));
  app.route('/refunds', refundPages(at));
  app.route('/staff', staffPages(at));
  app.route('/keys', keyPages(at));
  app.route('/callbacks', callbackPages(at));
  app.route('/settings', settingPages(at));
  return app;
}
