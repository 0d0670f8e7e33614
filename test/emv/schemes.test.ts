import { describe, expect, it } from 'vitest';
import { decode, encode, profiles } from '../../src/emv/index.ts';

function schemeOf(objects: Record<string, string>) {
  const dataObjects = Object.entries(objects)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, value]) => ({ id, value }));
  const result = encode({ dataObjects });
  const code = decode(result.ok ? result.payload : '');
  if (!code.ok) throw new Error(code.detail);
  return { profile: code.profile, scheme: code.scheme, country: code.country };
}

const template = (guid: string) => `00${String(guid.length).padStart(2, '0')}${guid}`;

/** Every GUID that gives a scheme away: profile, root tag, GUIDs. */
const guids: [profile: string, tag: string, guids: string][] = [
  ['promptpay', '29', 'A000000677010111 A000000677010114'],
  ['thai-bill-payment', '30', 'A000000677010112'],
  ['thai-payment-innovation', '31', 'A000000677010113'],
  ['cards', '51', 'A0000000041010'],
  ['khqr', '29', 'someone@devb someone@abaa 85512345678@aclb'],
  ['khqr', '30', 'shop@nbcq shop@ftcc'],
  ['aba-p2p', '40', 'abaP2P'],
  ['pix', '26', 'br.gov.bcb.pix BR.GOV.BCB.PIX Br.Gov.Bcb.Pix br.gov.bcb.spi'],
  ['qris', '51', 'ID.CO.QRIS.WWW ID.OR.GPNQR.WWW ID.OR.QRNPG.WWW'],
  ['qris', '26', 'COM.GO-JEK.WWW ID.CO.BCA.WWW ID.DANA.WWW id.ovo COM.NOBUBANK.WWW ID.CO.ASTRAPAY.WWW'],
  ['qris', '40', 'ID.LINKAJA.WWW ID.SPINPAY.WWW ID.CO.BNI.WWW ID.CO.CIMBNIAGA.WWW COM.DOKU.WWW'],
  ['paynow', '26', 'SG.PAYNOW'],
  ['paynow', '36', 'SG.PAYNOW'],
  ['sgqr', '51', 'SG.SGQR'],
  ['sgqr', '27', 'SG.COM.NETS SG.COM.DASH.WWW com.grab com.myfave com.alipay SG.AIRPAY SG.EZI SG.COM.EZLINK'],
  ['sgqr', '33', 'COM.DBS SG.COM.OCBC SG.COM.UOB COM.QQ.WEIXIN.PAY A0000007620001'],
  ['vietqr', '38', 'A000000727'],
  ['vnpay', '26', 'A000000775 908405'],
  ['duitnow', '26', 'A0000006150001'],
  ['qr-ph', '27', 'com.p2pqrpay'],
  ['qr-ph', '28', 'ph.ppmi.p2m ph.ppmi.p2micro'],
  ['qr-ph', '88', 'ph.ppmi.qrph'],
  ['bharat-qr', '26', 'A000000524'],
  ['bharat-qr', '27', 'A000000524'],
  ['fps', '26', 'hk.com.hkicl'],
  ['twqr', '35', 'tw.com.twqrp'],
  ['jpqr', '26', 'jp.or.paymentsjapan'],
  ['zeropay', '29', 'com.zeropay'],
  ['bc-card', '26', 'D4100000014010'],
  ['lapnet', '38', 'A005266284662577'],
  ['mmqr', '26', 'mm.com.mmqr'],
  ['mmqr', '50', '5e4655c7764f2262995504d8'],
  ['mmqr', '51', '5F07F8FA64F6B81C611CA235'],
  ['qpay', '27', 'A0000008430001'],
  ['fonepay', '26', 'fonepay.com'],
  ['nepalpay', '29', 'NCHL0000170117012UVSTI'],
  ['lankaqr', '26', '1234567890123456789012345678'],
  ['bangla-qr', '26', 'com.pathaopay TallyPay'],
  ['raast', '26', 'pk.raast'],
  ['1link', '27', 'A000000736'],
  ['elqr', '32', 'qr.dcb.kg c2c.mbank.kg c2b.mbank.kg p2p.dengi.kg qr.bakai.kg qr.finik.kg p2p.elcart.kg'],
  ['elqr', '32', 'qr.tolom.kg qr.someone-new.kg'],
  ['erip', '32', 'by.raschet'],
  ['erip', '33', 'by.epos.bepaid by.epos.unipay by.epos.someone'],
  ['qr-online', '40', 'qr-online.uz'],
  ['qr-online', '80', 'qr-online.uz'],
  ['tr-karekod', '26', 'TR.COM.BKM'],
  ['nqr', '26', 'NG.COM.NIBSS-PLC.QR NG.COM.NIBSSPLC.QR'],
  ['paycashless', '36', 'org.paycashless.qpi'],
  ['ghqr', '32', 'GH.NET.GHIPSS.GHQR'],
  ['tanqr', '26', 'tz.go.bot.tips'],
  ['ke-qr', '29', 'ke.go.qr'],
  ['ke-qr', '82', 'ke.go.qr'],
  ['pi-spi', '36', 'int.bceao.pi'],
  ['maucas', '26', 'mu.maucas'],
  ['meeza', '26', 'A000000732100001'],
  ['ethqr', '26', 'ET.QRSERVE'],
  ['scan-to-pay', '26', 'za.co.mp'],
  ['scan-to-pay', '29', 'za.co.electrum.picknpay'],
  ['cliq', '28', 'CliQ'],
  ['sama', '32', 'SA.GOV.SAMA'],
  ['stc-pay', '44', 'sa.com.stcpay'],
  ['halalah', '33', 'sa.halalah'],
  ['mercado-pago', '43', 'com.mercadolibre'],
  ['transferencias', '40', 'com.yacare'],
  ['transferencias', '44', 'com.adq'],
  ['transferencias', '26', 'com.witta.merchant'],
  ['bre-b', '26', 'CO.COM.RBM.LLA CO.COM.CRB.LLA'],
  ['bre-b', '49', 'CO.COM.RBM.RED CO.COM.CRB.RED'],
  ['bre-b', '80', 'CO.COM.RBM.CANAL CO.COM.CRB.CANAL'],
  ['facebook-pay', '26', 'com.facebook'],
  ['mojaloop', '28', 'org.mojaloop'],
  ['x9', '26', 'org.x9'],
  ['emvco', '29', 'D15600000000'],
  ['emvco', '31', 'D15600000001'],
  ['emvco', '91', 'A011223344998877'],
];

const rows = guids.flatMap(([profile, tag, names]) =>
  names.split(' ').map((guid) => [guid, tag, profile] as const),
);

describe('a GUID names its scheme', () => {
  it.each(rows)('%s in %s: %s', (guid, tag, profile) => {
    const { profile: found, scheme } = schemeOf({ '00': '01', [tag]: template(guid) });
    expect(found).toBe(profile);
    expect(scheme).not.toBe('EMVCo generic');
  });

  it('in any case of its letters', () => {
    for (const [guid, tag, profile] of rows) {
      expect(schemeOf({ '00': '01', [tag]: template(guid.toLowerCase()) }).profile, guid).toBe(profile);
      if (profile !== 'mmqr') {
        expect(schemeOf({ '00': '01', [tag]: template(guid.toUpperCase()) }).profile, guid).toBe(profile);
      }
    }
  });

  it('even inside 62', () => {
    const brCode = {
      '00': '01',
      '62': `50${template('BR.GOV.BCB.BRCODE').length}${template('BR.GOV.BCB.BRCODE')}`,
    };
    expect(schemeOf(brCode)).toMatchObject({ profile: 'pix', scheme: 'BR Code' });
  });
});

describe('a code of several schemes belongs to', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'SGQR before the wallets in it',
      { '26': template('com.grab'), '36': template('SG.PAYNOW'), '51': template('SG.SGQR') },
      'sgqr',
    ],
    [
      'QRIS before its acquirer',
      { '26': template('COM.GO-JEK.WWW'), '51': template('ID.CO.QRIS.WWW') },
      'qris',
    ],
    ['KHQR before the bank in it', { '29': template('shop@abaa'), '40': template('abaP2P') }, 'khqr'],
    [
      'bill payment before cards',
      { '02': '4', '30': template('A000000677010112'), '51': template('A0000000041010') },
      'thai-bill-payment',
    ],
    [
      'JPQR before the samples in it',
      { '26': template('jp.or.paymentsjapan'), '29': template('D15600000000') },
      'jpqr',
    ],
    [
      'the scheme of its country',
      { '26': template('A0000006150001'), '29': template('A000000677010111'), '58': 'MY' },
      'duitnow',
    ],
  ])('%s', (_, objects, profile) => expect(schemeOf({ '00': '01', ...objects }).profile).toBe(profile));
});

describe('without a GUID, form tells', () => {
  it.each<[string, Record<string, string>, string]>([
    ['UnionPay', { '15': '3125000344000203441', '58': 'HK' }, 'unionpay'],
    ['Visa and Mastercard', { '02': '4', '04': '5', '58': 'GH' }, 'cards'],
    ['Bharat QR by its PANs', { '02': '4', '04': '5', '06': '6', '08': 'HDFC0', '58': 'IN' }, 'bharat-qr'],
    ['QRIS of a transfer', { '40': template('00'), '58': 'ID' }, 'qris'],
    ['Bangla QR by country', { '26': template('example.com.bd'), '58': 'BD' }, 'bangla-qr'],
    ['Oman by a template without GUID', { '26': '0103abc', '58': 'OM' }, 'oman-qr'],
    ['LYPay by its primitives', { '27': '123', '58': 'LY' }, 'lypay'],
    ['Yape by its token', { '39': 'jtNuykKu3O9', '58': 'PE' }, 'yape'],
    ['ELQR by currency and tag', { '32': template('pay.example.com'), '53': '417' }, 'elqr'],
    ['its relatives by currency', { '26': template('bakai.app'), '53': '417' }, 'elqr-style'],
    ['several card schemes', { '04': '5', '13': '35', '58': 'JP' }, 'emvco'],
    ['nothing at all', { '58': 'KG' }, 'emvco'],
  ])('%s', (_, objects, profile) => expect(schemeOf({ '00': '01', ...objects }).profile).toBe(profile));
});

describe('profiles', () => {
  it('have ids and names of their own', () => {
    for (const [id, profile] of profiles) {
      expect(profile.id).toBe(id);
      expect(id).toMatch(/^[a-z\d-]+$/);
    }
    expect(new Set([...profiles.values()].map(({ scheme }) => scheme)).size).toBe(profiles.size);
  });

  it('say where a scheme is at home, or leave it to tag 58', () => {
    expect(schemeOf({ '00': '01', '32': template('qr.tolom.kg') }).country).toBe('KG');
    expect(schemeOf({ '00': '01', '36': template('int.bceao.pi'), '58': 'SN' }).country).toBe('SN');
    expect(schemeOf({ '00': '01', '36': template('int.bceao.pi') }).country).toBeNull();
  });
});
