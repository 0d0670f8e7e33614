/**
 * Who lives in the sandbox: two issuers with their payers, merchants of five languages, the centre's staff; and two
 * partners outside, an issuer that keeps its accounts itself and an acquirer of other schemes.
 */
export const issuers = [
  { name: 'Ala-Too Wallet', country: 'KG', accounts: { KGS: 12, THB: 2 } },
  { name: 'Issyk-Kul Bank', country: 'KG', accounts: { KGS: 6, THB: 2 } },
] as const;

export const acquirer = { name: 'Nooruz Acquiring', country: 'KG' } as const;

export const partners = {
  issuer: { name: 'Tien Shan Bank', country: 'KG' },
  acquirer: { name: 'Mekong Gateway', country: 'TH' },
} as const;

/** What each payer starts with, in minor units. */
export const openingBalances = { KGS: 2_500_000, THB: 1_000_000 } as const;

interface MerchantSeed {
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly categoryCode: string;
  readonly language: string;
  readonly currency: 'KGS' | 'THB';
  readonly stripes: number;
}

/** Waits for somebody of the centre to activate it. */
export const waiting: MerchantSeed = {
  name: 'Ысык-Көл балык',
  city: 'Балыкчы',
  country: 'KG',
  categoryCode: '5422',
  language: 'ky',
  currency: 'KGS',
  stripes: 1,
};

export const merchants: readonly MerchantSeed[] = [
  {
    name: 'Дордой нан бышыруучу',
    city: 'Bishkek',
    country: 'KG',
    categoryCode: '5462',
    language: 'ky',
    currency: 'KGS',
    stripes: 2,
  },
  {
    name: 'Osh Bazaar Spices',
    city: 'Osh',
    country: 'KG',
    categoryCode: '5499',
    language: 'en',
    currency: 'KGS',
    stripes: 1,
  },
  {
    name: 'ข้าวมันไก่ประตูน้ำ',
    city: 'Bangkok',
    country: 'TH',
    categoryCode: '5812',
    language: 'th',
    currency: 'THB',
    stripes: 1,
  },
  {
    name: 'ហាងកាហ្វេអង្គរ',
    city: 'Karakol',
    country: 'KG',
    categoryCode: '5814',
    language: 'km',
    currency: 'KGS',
    stripes: 1,
  },
  {
    name: '丝绸之路茶馆',
    city: 'Naryn',
    country: 'KG',
    categoryCode: '5812',
    language: 'zh',
    currency: 'KGS',
    stripes: 1,
  },
];

/** Two of the administrators' rank, so that one person can try how what one asks for another approves. */
export const staff = [
  { email: 'admin@centre.test', name: 'Айгүл Асанова', role: 'admin' },
  { email: 'officer@centre.test', name: 'Бакыт Токтогулов', role: 'officer' },
  { email: 'analyst@centre.test', name: 'Elena Petrova', role: 'analyst' },
  { email: 'support@centre.test', name: 'Нурлан Садыков', role: 'support' },
  { email: 'second@centre.test', name: 'Марат Исаев', role: 'admin' },
] as const;

/** Of the first merchant. */
export const people = [
  { email: 'owner@shop.test', name: 'Гүлнара Сыдыкова', role: 'owner' },
  { email: 'manager@shop.test', name: 'Эркин Абдиев', role: 'manager' },
  { email: 'cashier@shop.test', name: 'Айжан Осмонова', role: 'cashier' },
] as const;
