/** The routing table: through which connection a payer's issuer and a foreign code's acquirer are reached. Pure. */
import type { AccountRow } from './store.ts';

/** An issuer's accounts outside, all or those in one currency. */
export interface PayerRule {
  readonly participant: string;
  readonly currency: string | null;
  readonly connection: string;
}

/** Codes of a scheme; of one GUID, or of one provider within it, if named. */
export interface MerchantRule {
  /** Profile of the code: `khqr`, `promptpay` … */
  readonly profile: string;
  /** Of one of its templates, in small letters. */
  readonly guid: string | null;
  /** A field of that template, or what stands behind its `@`: a bank's or wallet's name in the scheme. */
  readonly provider: string | null;
  readonly connection: string;
}

export interface RoutingRules {
  readonly payers: readonly PayerRule[];
  readonly merchants: readonly MerchantRule[];
}

export const noRules: RoutingRules = { payers: [], merchants: [] };

/** What a decoded code says about where its merchant is. */
export interface CodeSource {
  readonly profile: string;
  readonly templates: readonly {
    readonly guid: string | null;
    readonly fields: Readonly<Record<string, string>> | null;
  }[];
}

export interface MerchantRoute {
  readonly connection: string;
  /** The merchant as their code has it: GUID and fields of the template, joined by slashes. */
  readonly account: string;
}

/** The connection to an external account's issuer; a rule for its currency comes before one for all. */
export function payerRoute(rules: RoutingRules, account: AccountRow): string | undefined {
  const own = rules.payers.filter(({ participant }) => participant === account.owner);
  const rule =
    own.find(({ currency }) => currency === account.currency) ??
    own.find(({ currency }) => currency === null);
  return rule?.connection;
}

/** Where a code's merchant is credited outside; of several rules the most particular, then the first. */
export function merchantRoute(rules: RoutingRules, code: CodeSource): MerchantRoute | undefined {
  let best: { rank: number; route: MerchantRoute } | undefined;
  for (const rule of rules.merchants) {
    if (rule.profile !== code.profile) continue;
    const template = code.templates.find((it) => it.guid !== null && matches(rule, it));
    const rank = (rule.guid === null ? 0 : 1) + (rule.provider === null ? 0 : 2);
    if (!template || (best && best.rank >= rank)) continue;
    best = { rank, route: { connection: rule.connection, account: accountIn(template) } };
  }
  return best?.route;
}

type CodeTemplate = CodeSource['templates'][number];

function matches(rule: MerchantRule, { guid, fields }: CodeTemplate): boolean {
  if (rule.guid !== null && guid?.toLowerCase() !== rule.guid) return false;
  if (rule.provider === null) return true;
  const texts = [guid ?? '', ...Object.values(fields ?? {})];
  return texts.some((text) => text === rule.provider || text.split('@')[1] === rule.provider);
}

const accountIn = ({ guid, fields }: CodeTemplate): string =>
  [guid, ...Object.values(fields ?? {})].join('/');
