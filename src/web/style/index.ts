/**
 * The stylesheet: tokens, plain elements, shared components, then what single pages add. One text, served
 * under a name that changes with its content, so that browsers may keep it for ever.
 */
import { type Asset, assetOf } from '../asset.ts';
import { centre } from './centre.ts';
import { components } from './components.ts';
import { docs } from './docs.ts';
import { elements } from './elements.ts';
import { kit } from './kit.ts';
import { pay } from './pay.ts';
import { portal } from './portal.ts';
import { receipt } from './receipt.ts';
import { register } from './register.ts';
import { sheets } from './sheets.ts';
import { tokens } from './tokens.ts';
import { wallet } from './wallet.ts';

export const stylesheet: Asset = assetOf(
  'tolom',
  'css',
  'text/css; charset=utf-8',
  [tokens, elements, components, kit, docs, pay, receipt, register, wallet, portal, centre, sheets].join(''),
);
