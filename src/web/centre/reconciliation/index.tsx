/**
 * Reconciliation: partners' files against the switch. How a partner writes is tried on a sample and saved once; a file is
 * uploaded and matched; each difference is looked at, explained, or given back by two people.
 */
import { Hono } from 'hono';
import type { VisitEnv } from '../../../http/index.ts';
import { clockIn, dayAfter } from '../../../kernel/index.ts';
import type { ApiAnswer, ApiProblem } from '../../api.ts';
import { address, errorsOf, type List, shown, typedAmount, valueIn } from '../../desk/parts.tsx';
import { type FileForm, type Form, fileFormOf } from '../../form.ts';
import type { At, Desk } from '../desk.tsx';
import { roles } from '../roles.ts';
import { DifferencePage } from './difference.tsx';
import { DifferencesPage, FilePage } from './file.tsx';
import { FormatPage } from './format.tsx';
import { FilesPage, PartnerPage } from './partner.tsx';
import { blank, fieldAt, guess, rulesOf } from './rules.ts';
import type { Difference, Format, Participant, PartnerFile, Sample } from './shapes.ts';
import { reconciliationTexts } from './texts.ts';

const place = '/centre/reconciliation';
const deciders = ['admin', 'officer'] as const;
// What a page takes without script; a script sends files of any size in parts.
const formBytesMax = 4 * 1024 * 1024;
const partBytes = 1024 * 1024;
const sampleLengthMax = 30_000;
const sampleLinesMax = 50;

export function reconciliationPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at(roles, async (desk) => {
      const { c, api } = desk;
      const query = { participant: c.req.query('participant'), cursor: c.req.query('cursor') };
      const [files, partners] = await Promise.all([
        api.get<List<PartnerFile>>(address('/v1/centre/partner-files', query)),
        partnersFor(desk),
      ]);
      if (!files.ok) return desk.refused(files.problem);
      const title = reconciliationTexts(desk.language)('reconciliation');
      return desk.page(title, <FilesPage files={files.value} partners={partners} />);
    }),
  );

  app.get(
    '/differences',
    at(roles, async (desk) => {
      const { c, api } = desk;
      const query = c.req.query();
      const asked = {
        ...{ type: query.type, participant: query.participant, cursor: query.cursor },
        status: query.status ?? 'open',
      };
      const [differences, partners] = await Promise.all([
        api.get<List<Difference>>(address('/v1/centre/differences', asked)),
        partnersFor(desk),
      ]);
      if (!differences.ok) return desk.refused(differences.problem);
      const title = reconciliationTexts(desk.language)('differences');
      return desk.page(
        title,
        <DifferencesPage differences={differences.value} partners={partners} asked={asked} />,
      );
    }),
  );

  app.get(
    '/partners/:partner',
    at(roles, (desk) => partnerPage(desk)),
  );
  app.post(
    '/partners/:partner/files',
    at(deciders, (desk) => receive(desk)),
  );
  app.get(
    '/partners/:partner/formats/new',
    at(deciders, (desk) => formatPage(desk, blank)),
  );
  app.post(
    '/partners/:partner/formats/new',
    at(deciders, (desk) => makeFormat(desk)),
  );

  app.get(
    '/files/:file',
    at(roles, async (desk) => {
      const { c, api } = desk;
      const id = idIn(desk, 'file');
      const query = c.req.query();
      const asked = { type: query.type, status: query.status };
      const [file, differences, partners] = await Promise.all([
        api.get<PartnerFile>(`/v1/centre/partner-files/${id}`),
        api.get<List<Difference>>(
          address('/v1/centre/differences', { file: id, ...asked, cursor: query.cursor }),
        ),
        partnersFor(desk),
      ]);
      if (!file.ok) return desk.refused(file.problem);
      if (!differences.ok) return desk.refused(differences.problem);
      return desk.page(
        file.value.name,
        <FilePage
          file={file.value}
          differences={differences.value}
          partner={partners.find((one) => one.id === file.value.participant)}
          asked={asked}
          decides={desk.may(...deciders)}
          waits={query.waits !== undefined}
        />,
        { islands: ['centre-reconciliation'] },
      );
    }),
  );
  app.post(
    '/files/:file/match',
    at(deciders, async (desk) => {
      const id = idIn(desk, 'file');
      return matched(desk, id, await desk.api.post(`/v1/centre/partner-files/${id}/match`, {}));
    }),
  );

  app.get(
    '/differences/:difference',
    at(roles, (desk) => differencePage(desk)),
  );
  for (const [verb, done] of [
    ['comment', 'differenceNoted'],
    ['resolve', 'differenceResolved'],
    ['propose', 'differenceProposed'],
    ['approve', 'differenceApproved'],
    ['decline', 'differenceDeclined'],
  ] as const) {
    app.post(
      `/differences/:difference/${verb}`,
      at(verb === 'comment' ? roles : deciders, async (desk) => {
        const form = await desk.form();
        const path = `/v1/centre/differences/${idIn(desk, 'difference')}/${verb}`;
        const text = form[verb] ?? '';
        const amount = verb === 'propose' ? typedAmount(form.amount, form.currency ?? '') : undefined;
        if (verb === 'propose' && amount === undefined) return differencePage(desk, { form });
        const body =
          verb === 'comment' ? { text } : { reason: text, ...(amount !== undefined && { amount }) };
        const answer = await desk.api.post(path, body);
        if (!answer.ok) return differencePage(desk, { form, verb, problem: answer.problem });
        return desk.after(answer, `${place}/differences/${idIn(desk, 'difference')}`, done);
      }),
    );
  }
  return app;
}

const idIn = ({ c }: Desk, name: string): string => encodeURIComponent(c.req.param(name) ?? '');

const partnersFor = async ({ api }: Desk): Promise<readonly Participant[]> =>
  valueIn(await api.get<List<Participant>>('/v1/centre/participants?limit=100'))?.data ?? [];

const partnerFor = (desk: Desk): Promise<ApiAnswer<Participant>> =>
  desk.api.get(`/v1/centre/participants/${idIn(desk, 'partner')}`);

interface Sent {
  readonly fields: Form;
  readonly problem?: ApiProblem;
  readonly errors?: Readonly<Record<string, string>>;
}

async function partnerPage(desk: Desk, sent?: Sent) {
  const { api, c, zone } = desk;
  const id = idIn(desk, 'partner');
  const [partner, formats, files] = await Promise.all([
    partnerFor(desk),
    api.get<List<Format>>(`/v1/centre/participants/${id}/file-formats?limit=100`),
    api.get<List<PartnerFile>>(
      address('/v1/centre/partner-files', { participant: id, cursor: c.req.query('cursor') }),
    ),
  ]);
  if (!partner.ok) return desk.refused(partner.problem);
  if (!formats.ok) return desk.refused(formats.problem);
  if (!files.ok) return desk.refused(files.problem);
  const yesterday = dayAfter(clockIn(zone, Date.now()).day, -1);
  return desk.page(
    partner.value.name,
    <PartnerPage
      partner={partner.value}
      formats={formats.value.data}
      files={files.value}
      decides={desk.may(...deciders)}
      form={sent?.fields ?? { from: yesterday, to: yesterday }}
      errors={sent?.errors ?? (sent?.problem ? errorsOf(sent.problem, desk.language) : {})}
      problem={sent?.problem}
    />,
    {
      islands: ['centre-reconciliation'],
      ...(sent && { status: sent.problem ? shown(sent.problem) : 422 }),
    },
  );
}

/** A file that fits into a form: begun, sent on in parts, and matched. */
async function receive(desk: Desk) {
  const say = reconciliationTexts(desk.language);
  const form = await fileFormOf(desk.c, formBytesMax);
  if (!form) {
    const size = formBytesMax / (1024 * 1024);
    return partnerPage(desk, { fields: {}, errors: { file: say('tooLarge', { size }) } });
  }
  const { fields, file } = form;
  if (!file) return partnerPage(desk, { fields, errors: { file: say('chooseFile') } });
  const begun = await desk.api.post<PartnerFile>('/v1/centre/partner-files', {
    ...{ participant: desk.c.req.param('partner'), format: fields.format, name: file.name },
    ...{ from: fields.from, to: fields.to },
  });
  if (!begun.ok) return partnerPage(desk, { fields, problem: begun.problem });
  const path = `/v1/centre/partner-files/${begun.value.id}`;
  const bytes = new Uint8Array(await file.arrayBuffer());
  for (let at = 0; at < bytes.length; at += partBytes) {
    const part = bytes.slice(at, at + partBytes);
    const sent = await desk.api.upload(`${path}/parts/${at / partBytes + 1}`, part);
    if (!sent.ok) return partnerPage(desk, { fields, problem: sent.problem });
  }
  const answer = await desk.api.post(`${path}/match`, {});
  if (!answer.ok && !answer.problem.retryable) return partnerPage(desk, { fields, problem: answer.problem });
  return matched(desk, begun.value.id, answer);
}

/** To the file: it is matched, goes on by itself, or waits for the reports. */
function matched(desk: Desk, id: string, answer: ApiAnswer<unknown>) {
  if (answer.ok) return desk.done(`${place}/files/${id}`, 'fileReceived');
  if (answer.problem.code !== 'reports.behind') return desk.refused(answer.problem);
  return desk.c.redirect(`${place}/files/${id}?waits=1`, 303);
}

interface Tried {
  readonly sample?: Sample | undefined;
  readonly problem?: ApiProblem | undefined;
}

async function formatPage(desk: Desk, form: Form, { sample, problem }: Tried = {}) {
  const partner = await partnerFor(desk);
  if (!partner.ok) return desk.refused(partner.problem);
  const pointed = (problem?.violations ?? []).map((one) => ({ ...one, pointer: `/${fieldAt(one.pointer)}` }));
  return desk.page(
    reconciliationTexts(desk.language)('newFormat'),
    <FormatPage
      partner={partner.value}
      form={form}
      sample={sample}
      problem={problem}
      errors={problem ? errorsOf({ ...problem, violations: pointed }, desk.language) : {}}
    />,
    problem ? { status: shown(problem) } : {},
  );
}

/** Recognises, tries, or saves, by the button that was pressed; what was typed stays. */
async function makeFormat(desk: Desk) {
  const sent: FileForm = (await fileFormOf(desk.c, formBytesMax)) ?? { fields: {}, file: undefined };
  const text = sent.file ? await sent.file.slice(0, sampleLengthMax).text() : (sent.fields.sample ?? '');
  const sample = text.split('\n').slice(0, sampleLinesMax).join('\n').slice(0, sampleLengthMax);
  const typed: Form = { ...sent.fields, sample };
  if (typed.deed === 'save') {
    const path = `/v1/centre/participants/${idIn(desk, 'partner')}/file-formats`;
    const saved = await desk.api.post(path, { name: typed.name, rules: rulesOf(typed) });
    if (!saved.ok) return formatPage(desk, typed, { problem: saved.problem });
    return desk.after(saved, `${place}/partners/${idIn(desk, 'partner')}`, 'saved');
  }
  const form = typed.deed === 'recognise' && sample ? { ...blank, ...typed, ...guess(sample) } : typed;
  if (!sample) return formatPage(desk, form);
  const tried = await desk.api.post<Sample>('/v1/centre/file-formats/try', { rules: rulesOf(form), sample });
  return formatPage(desk, form, tried.ok ? { sample: tried.value } : { problem: tried.problem });
}

interface Decided {
  readonly form: Form;
  readonly verb?: string;
  readonly problem?: ApiProblem;
}

async function differencePage(desk: Desk, decided?: Decided) {
  const { api, language } = desk;
  const [difference, partners, people] = await Promise.all([
    api.get<Difference>(`/v1/centre/differences/${idIn(desk, 'difference')}`),
    partnersFor(desk),
    api.get<List<Participant>>('/v1/centre/operators?limit=100'),
  ]);
  if (!difference.ok) return desk.refused(difference.problem);
  const problem = decided?.problem;
  const errors: Readonly<Record<string, string>> = problem ? errorsOf(problem, language) : {};
  const wrong = errors.reason ?? errors.text;
  return desk.page(
    reconciliationTexts(language)('difference'),
    <DifferencePage
      difference={difference.value}
      partner={partners.find((one) => one.id === difference.value.participant)}
      people={new Map((valueIn(people)?.data ?? []).map(({ id, name }) => [id, name]))}
      me={desk.person.id}
      decides={desk.may(...deciders)}
      form={decided?.form ?? {}}
      problem={problem}
      errors={{
        ...(decided?.verb !== undefined && wrong !== undefined && { [decided.verb]: wrong }),
        ...(decided && !problem && { amount: '' }),
      }}
    />,
    decided ? { status: problem ? shown(problem) : 422 } : {},
  );
}
