// Which scheme a code belongs to: by the GUIDs in its templates, else by shapes a scheme is known for, else by
// its country together with the tags it uses. Where a code holds several, the row that stands first wins,
// but a scheme of the country in tag 58 goes before foreign ones.

import type { LengthUnit } from './cells.ts';
import { generic, type Profile, profiles } from './profiles.ts';
import { guidIn, numberOf, type Walk, walkTemplate } from './tlv.ts';

export interface Recognised {
  profile: Profile;
  scheme: string;
}

type GuidRow = readonly [profile: string, guids: string, scheme?: string];

/** GUIDs in lower case, most telling first: a national identifier before the wallets that share its codes. */
const guidRows: readonly GuidRow[] = [
  [
    'elqr',
    'qr.dcb.kg c2c.mbank.kg c2b.mbank.kg p2p.dengi.kg qr.bakai.kg qr.finik.kg p2p.elcart.kg qr.tolom.kg',
  ],
  ['erip', 'by.raschet by.epos.bepaid by.epos.unipay'],
  ['khqr', 'kh.gov.nbc.bakong'],
  ['promptpay', 'a000000677010111'],
  ['promptpay', 'a000000677010114', 'PromptPay OTA'],
  ['thai-bill-payment', 'a000000677010112'],
  ['thai-payment-innovation', 'a000000677010113'],
  ['pix', 'br.gov.bcb.pix br.gov.bcb.spi'],
  ['qris', 'id.co.qris.www id.or.gpnqr.www id.or.qrnpg.www'],
  ['sgqr', 'sg.sgqr'],
  ['paynow', 'sg.paynow'],
  ['vietqr', 'a000000727'],
  ['vnpay', 'a000000775 908405'],
  ['duitnow', 'a0000006150001'],
  ['qr-ph', 'ph.ppmi.p2m ph.ppmi.p2micro ph.ppmi.qrph'],
  ['qr-ph', 'com.p2pqrpay'],
  ['bharat-qr', 'a000000524'],
  ['fps', 'hk.com.hkicl'],
  ['twqr', 'tw.com.twqrp'],
  ['jpqr', 'jp.or.paymentsjapan'],
  ['zeropay', 'com.zeropay'],
  ['bc-card', 'd4100000014010'],
  ['lapnet', 'a005266284662577'],
  ['mmqr', 'mm.com.mmqr'],
  ['qpay', 'a0000008430001'],
  ['fonepay', 'fonepay.com'],
  ['bangla-qr', 'com.pathaopay tallypay'],
  ['raast', 'pk.raast'],
  ['1link', 'a000000736'],
  ['qr-online', 'qr-online.uz'],
  ['tr-karekod', 'tr.com.bkm'],
  ['nqr', 'ng.com.nibss-plc.qr ng.com.nibssplc.qr'],
  ['paycashless', 'org.paycashless.qpi'],
  ['ghqr', 'gh.net.ghipss.ghqr'],
  ['tanqr', 'tz.go.bot.tips'],
  ['ke-qr', 'ke.go.qr'],
  ['pi-spi', 'int.bceao.pi'],
  ['maucas', 'mu.maucas'],
  ['meeza', 'a000000732100001'],
  ['ethqr', 'et.qrserve'],
  ['qr-tn', 'tn.stb.digicarte'],
  ['scan-to-pay', 'za.co.mp za.co.electrum.picknpay'],
  ['cliq', 'cliq'],
  ['sama', 'sa.gov.sama'],
  ['stc-pay', 'sa.com.stcpay'],
  ['halalah', 'sa.halalah'],
  ['qr-simple', 'com.bcb.qrsimple'],
  ['aba-p2p', 'abap2p'],
  ['mojaloop', 'org.mojaloop'],
  ['x9', 'org.x9'],
  ['facebook-pay', 'com.facebook'],
  ['mercado-pago', 'com.mercadolibre'],
  ['transferencias', 'com.yacare com.adq com.witta.merchant'],
  ['wave', 'wave'],
  [
    'qris',
    'com.go-jek.www id.co.bca.www id.dana.www id.ovo com.nobubank.www id.co.astrapay.www id.linkaja.www ' +
      'id.spinpay.www id.co.bni.www id.co.cimbniaga.www com.doku.www com.astrapay.www',
  ],
  [
    'sgqr',
    'sg.com.nets sg.com.dash.www com.grab com.myfave com.alipay sg.airpay sg.ezi sg.com.ezlink com.dbs ' +
      'sg.com.ocbc sg.com.uob com.qq.weixin.pay a0000007620001',
  ],
  ['pix', 'br.gov.bcb.brcode', 'BR Code'],
  ['cards', 'a0000000041010', 'Mastercard'],
  ['emvco', 'd15600000000 d15600000001 a011223344998877', 'EMVCo MPM sample'],
];

/** GUIDs that are a pattern: `[profile, template IDs (all when empty), pattern]`. */
const guidPatterns: readonly (readonly [profile: string, templates: string, guid: RegExp])[] = [
  ['elqr', '32', /\.kg$/i],
  ['erip', '32 33', /^by\./i],
  ['nepalpay', '29', /^NCHL/i],
  ['lankaqr', '26', /^\d{28}$/],
  ['mmqr', '50 51', /^[\da-f]{24}$/i],
  ['khqr', '', /^[^@\s]+@[a-z]{4,}$/i],
  ['bre-b', '', /^co\.com\.(rbm|crb)\./i],
];

/** `[profile, country or currency, root tags]`: the code names the one and has at least one of the others. */
const shapes: readonly (readonly [profile: string, place: string, tags: readonly number[]])[] = [
  ['elqr', '417', [32, 33]],
  ['elqr', 'KG', [32, 33]],
  ['elqr-style', '417', [26]],
  ['erip', '933', [32, 33]],
  ['khqr', 'KH', [29, 30, 99]],
  ['thai-bill-payment', 'TH', [30]],
  ['qris', 'ID', [26, 40, 51]],
  ['bharat-qr', 'IN', [2, 4, 6, 8, 26]],
  ['lankaqr', 'LK', [26]],
  ['bangla-qr', 'BD', [26]],
  ['fonepay', 'NP', [26]],
  ['nepalpay', 'NP', [29]],
  ['raast', 'PK', [26, 80]],
  ['1link', 'PK', [27, 28]],
  ['mmqr', 'MM', [26, 50, 51]],
  ['mmqr', '104', [26, 50, 51]],
  ['mmqr', 'MMK', [26, 50, 51]],
  ['bhutan-qr', 'BT', [9]],
  ['azqr', 'AZ', [37, 39, 40]],
  ['lypay', 'LY', [27, 28, 29, 30]],
  ['twqr', 'TW', [2, 4, 13, 35]],
  ['nqr', 'NG', [26]],
  ['ke-qr', 'KE', [28]],
  ['ethqr', 'ET', [26]],
  ['ebs', 'SD', [26, 38, 51]],
  ['qr-tn', 'TN', [26]],
  ['mobile-money-rw', 'RW', [29]],
  ['benefitpay', 'BH', [5, 26, 49]],
  ['oman-qr', 'OM', [26, 27]],
  ['transferencias', 'AR', [50]],
  ['yape', 'PE', [39]],
  ['ecuador-qr', 'EC', [39]],
  ['qr-py', 'PY', [2]],
];

interface GuidEntry extends Recognised {
  rank: number;
}

const patterns = guidPatterns.map(([id, templates, pattern]) => ({
  entry: { ...named(id), rank: 0 },
  templates,
  pattern,
}));

const shapesByPlace = new Map<string, { recognised: Recognised; tags: readonly number[] }[]>();
for (const [id, place, tags] of shapes) {
  const row = { recognised: named(id), tags };
  shapesByPlace.set(place, [...(shapesByPlace.get(place) ?? []), row]);
}

const guids = new Map<string, GuidEntry>();
for (const [rank, [id, names, scheme]] of guidRows.entries()) {
  const profile = profiles.get(id) ?? generic;
  const entry = { profile, scheme: scheme ?? profile.scheme, rank };
  for (const name of names.split(' ')) guids.set(name, entry);
}

/** Puts every scheme of the code’s own country before every foreign one. */
const HOME_BONUS = guidRows.length;

/** The scheme of a code, told by its root and its GUIDs alone. */
export function recognise({ objects, values }: Walk, unit: LengthUnit): Recognised {
  const country = values[58];
  let best: GuidEntry | undefined;
  for (const { id, value } of objects) {
    const tag = numberOf(id);
    if (tag < 26 || (tag > 51 && tag < 80)) continue;
    const guid = guidIn(value, unit);
    const entry = guid === null ? undefined : (guids.get(guid.toLowerCase()) ?? entryByPattern(id, guid));
    if (entry === undefined) continue;
    if (best === undefined || rankAt(country, entry) < rankAt(country, best)) best = entry;
  }
  return best ?? byNestedGuid(values[62], unit) ?? byShape(values);
}

function rankAt(country: string | undefined, { profile, rank }: GuidEntry): number {
  return profile.country === country ? rank - HOME_BONUS : rank;
}

function entryByPattern(template: string, guid: string): GuidEntry | undefined {
  for (const { entry, templates, pattern } of patterns) {
    if ((templates === '' || templates.includes(template)) && pattern.test(guid)) return entry;
  }
  return undefined;
}

/** A payment system may also name itself in 62-50…99. */
function byNestedGuid(additional: string | undefined, unit: LengthUnit): GuidEntry | undefined {
  for (const { id, value } of (additional === undefined ? null : walkTemplate(additional, unit)) ?? []) {
    const guid = id < '50' ? null : guidIn(value, unit);
    const entry = guid === null ? undefined : guids.get(guid.toLowerCase());
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function byShape(values: Walk['values']): Recognised {
  for (const place of [values[53], values[58]]) {
    for (const { recognised, tags } of (place === undefined ? null : shapesByPlace.get(place)) ?? []) {
      for (const tag of tags) if (values[tag] !== undefined) return recognised;
    }
  }
  let first = 0;
  let last = 0;
  for (let tag = 2; tag <= 51; tag++) {
    if (values[tag] === undefined) continue;
    first ||= tag;
    last = tag;
  }
  // EMVCo MPM v1.1 table 4.3: 02–03 Visa, 04–05 Mastercard, 15–16 UnionPay.
  if (first >= 2 && last <= 3) return named('cards', 'Visa QR');
  if (first >= 4 && last <= 5) return named('cards', 'Mastercard QR');
  if (first >= 2 && last <= 5) return named('cards');
  return named(first >= 15 && last <= 16 ? 'unionpay' : 'emvco');
}

function named(id: string, scheme?: string): Recognised {
  const profile = profiles.get(id) ?? generic;
  return { profile, scheme: scheme ?? profile.scheme };
}
