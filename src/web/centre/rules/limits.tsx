/** Limits: those in force, a new one that is tried on a day's payments first, another threshold, out of force. */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import type { LimitDryRun, LimitRecord } from '../../../limits/index.ts';
import type { ApiAnswer, ApiProblem } from '../../api.ts';
import { address, type List, typedAmount, valueIn } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { type DeedAsked, deedRoutes, filled, type Given, idIn, statusOf, wrongField } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { pastOf } from '../directory/parts.tsx';
import { type Role, roles } from '../roles.ts';
import { isMoney, LimitPage, LimitsPage, NewLimitPage } from './limit-pages.tsx';
import { rulesTexts } from './texts.ts';

const base = '/centre/rules';
const limits = '/v1/centre/limit-rules';
const writers: readonly Role[] = ['admin', 'officer'];
const perPage = '50';

/** Minor units of an amount, or a number of payments; undefined when it is neither. */
function thresholdIn(
  text: string | undefined,
  measure: string | undefined,
  currency: string,
): number | undefined {
  if (isMoney(measure)) return /^\s*0+([.,]0*)?\s*$/.test(text ?? '') ? 0 : typedAmount(text, currency);
  return /^\d{1,9}$/.test(text?.trim() ?? '') ? Number(text) : undefined;
}

const windowIn = (form: Form) =>
  form.window_seconds ? { window_seconds: Number(form.window_seconds) || form.window_seconds } : {};

/** A rule as the form has it; undefined when its threshold cannot be read. */
function ruleIn(form: Form) {
  const currency = form.currency?.trim().toUpperCase() ?? '';
  const threshold = thresholdIn(form.threshold, form.measure, currency);
  if (threshold === undefined) return undefined;
  return {
    ...{ scope: form.scope, subject: form.subject?.trim() || null, currency, direction: form.direction },
    ...{ measure: form.measure, threshold, above: form.above },
    ...windowIn(form),
  };
}

/** A rule's violations are those of its fields. */
const ofRule = <Value,>(answer: ApiAnswer<Value>): ApiAnswer<Value> => {
  if (answer.ok || !answer.problem.violations) return answer;
  const violations = answer.problem.violations.map((one) => ({
    ...one,
    pointer: one.pointer.replace(/^\/rule\//, '/'),
  }));
  return { ...answer, problem: { ...answer.problem, violations } satisfies ApiProblem };
};

async function triedIn(desk: Desk, form: Form): Promise<ApiAnswer<LimitDryRun>> {
  const rule = ruleIn(form);
  if (!rule) return wrongField(desk, 'threshold');
  return ofRule(
    await desk.api.post<LimitDryRun>(`${limits}/dry-run?limit=10`, { rule, ...filled(form, 'day') }),
  );
}

const currentOf = (desk: Desk, id: string) => desk.api.get<LimitRecord>(`${limits}/${id}`);

/** The rule of a page with what its form changes. */
const changedIn = (rule: LimitRecord, form: Form): Form => ({
  ...{ scope: rule.scope, subject: rule.subject ?? '', currency: rule.currency },
  ...{ direction: rule.direction, measure: rule.measure },
  ...form,
});

const deeds: Readonly<Record<string, DeedAsked>> = {
  try: {
    roles,
    async ask(desk, id, form) {
      const rule = await currentOf(desk, id);
      return rule.ok ? triedIn(desk, changedIn(rule.value, form)) : rule;
    },
  },
  change: {
    roles: writers,
    async ask(desk, id, form) {
      const rule = await currentOf(desk, id);
      if (!rule.ok) return rule;
      const threshold = thresholdIn(form.threshold, rule.value.measure, rule.value.currency);
      if (threshold === undefined) return wrongField(desk, 'threshold');
      const wish = { version: Number(form.version), threshold, ...windowIn(form), ...filled(form, 'above') };
      return desk.api.post(`${limits}/${id}/change`, { ...wish, reason: form.reason ?? '' });
    },
    done: 'published',
  },
  retire: {
    roles: writers,
    ask: (desk, id, { version, reason = '' }) =>
      desk.api.post(`${limits}/${id}/retire`, { version: Number(version), reason }),
    done: 'saved',
  },
};

export function limitPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(roles, limitsPage));
  app.get(
    '/new',
    at(writers, (desk) => newPage(desk)),
  );
  app.post('/new', at(writers, sentNew));
  app.get(
    '/:id',
    at(roles, (desk) => limitPage(desk)),
  );
  deedRoutes(app, at, base, deeds, limitPage);
  return app;
}

async function limitsPage(desk: Desk) {
  const { status, cursor } = desk.c.req.query();
  const known = status === 'retired' ? status : 'active';
  const query = { status: known, cursor, limit: perPage };
  const found = await desk.api.get<List<LimitRecord>>(address(limits, query));
  if (!found.ok) return desk.refused(found.problem);
  const content = <LimitsPage desk={desk} found={found.value} status={known} />;
  return desk.page(rulesTexts(desk.language)('limits'), content);
}

const newPage = (desk: Desk, given: Given = {}) =>
  desk.page(rulesTexts(desk.language)('newLimit'), <NewLimitPage given={given} />, {
    status: statusOf(given),
  });

/** Tried on a day's payments, or put in force, as the button says. */
async function sentNew(desk: Desk) {
  const form = await desk.form();
  if (form.deed !== 'publish') {
    const tried = await triedIn(desk, form);
    return newPage(
      desk,
      tried.ok ? { deed: 'new', form, made: tried.value } : { deed: 'new', form, problem: tried.problem },
    );
  }
  const rule = ruleIn(form);
  const made = rule
    ? ofRule(await desk.api.post<LimitRecord>(limits, { rule, reason: form.reason ?? '' }))
    : wrongField(desk, 'threshold');
  if (!made.ok) return newPage(desk, { deed: 'new', form, problem: made.problem });
  return desk.after(made, made.status === 202 ? base : `${base}/${made.value.id}`, 'published');
}

async function limitPage(desk: Desk, given: Given = {}) {
  const id = idIn(desk);
  const found = await currentOf(desk, id);
  if (!found.ok) return desk.refused(found.problem);
  const [versions, past] = await Promise.all([
    desk.api.get<List<LimitRecord>>(`${limits}/${id}/versions?limit=20`).then(valueIn),
    pastOf(desk, found.value.version_id),
  ]);
  const parts = { rule: found.value, versions: versions?.data ?? [], past };
  const content = <LimitPage desk={desk} given={given} {...parts} />;
  return desk.page(rulesTexts(desk.language)('details'), content, { status: statusOf(given) });
}
