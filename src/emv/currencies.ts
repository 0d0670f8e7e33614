// ISO 4217: numeric code, alphabetic code and how many decimals its minor unit has. Two is the rule, so the
// rows below name the exceptions; a code missing here gives no amount, never a guessed one.

export interface Currency {
  /** `417` */
  numeric: string;
  /** `KGS` */
  code: string;
  /** Decimals of the minor unit. */
  decimals: number;
}

const byDecimals: Readonly<Record<number, string>> = {
  0:
    '108BIF 152CLP 174KMF 262DJF 324GNF 352ISK 392JPY 410KRW 548VUV 600PYG 646RWF 704VND 800UGX ' +
    '940UYI 950XAF 952XOF 953XPF',
  2:
    '008ALL 012DZD 032ARS 036AUD 044BSD 050BDT 051AMD 052BBD 060BMD 064BTN 068BOB 072BWP 084BZD 090SBD ' +
    '096BND 104MMK 116KHR 124CAD 132CVE 136KYD 144LKR 156CNY 170COP 188CRC 192CUP 203CZK 208DKK 214DOP ' +
    '222SVC 230ETB 232ERN 238FKP 242FJD 270GMD 292GIP 320GTQ 328GYD 332HTG 340HNL 344HKD 348HUF 356INR ' +
    '360IDR 364IRR 376ILS 388JMD 396XAD 398KZT 404KES 408KPW 417KGS 418LAK 422LBP 426LSL 430LRD 446MOP ' +
    '454MWK 458MYR 462MVR 480MUR 484MXN 496MNT 498MDL 504MAD 516NAD 524NPR 532XCG 533AWG 554NZD 558NIO ' +
    '566NGN 578NOK 586PKR 590PAB 598PGK 604PEN 608PHP 634QAR 643RUB 654SHP 682SAR 690SCR 702SGD 706SOS ' +
    '710ZAR 728SSP 748SZL 752SEK 756CHF 760SYP 764THB 776TOP 780TTD 784AED 807MKD 818EGP 826GBP 834TZS ' +
    '840USD 858UYU 860UZS 882WST 886YER 901TWD 924ZWG 925SLE 928VES 929MRU 930STN 933BYN 934TMT 936GHS ' +
    '938SDG 941RSD 943MZN 944AZN 946RON 949TRY 951XCD 967ZMW 968SRD 969MGA 971AFN 972TJS 973AOA 975BGN ' +
    '976CDF 977BAM 978EUR 980UAH 981GEL 985PLN 986BRL',
  3: '048BHD 368IQD 400JOD 414KWD 434LYD 512OMR 788TND',
  4: '927UYW 990CLF',
};

const byCode = new Map<string, Currency>();
for (const [decimals, rows] of Object.entries(byDecimals)) {
  for (const row of rows.split(' ')) {
    const currency = { numeric: row.slice(0, 3), code: row.slice(3), decimals: Number(decimals) };
    byCode.set(currency.numeric, currency);
    // Some Burmese codes write `MMK` in tag 53.
    byCode.set(currency.code, currency);
  }
}

/** The currency of a tag 53 text: three digits, or the alphabetic code some schemes write there. */
export function currencyOf(text: string): Currency | undefined {
  return byCode.get(text);
}

/** Every currency known, for tables and tests. */
export function currencies(): Currency[] {
  return [...new Set(byCode.values())];
}
