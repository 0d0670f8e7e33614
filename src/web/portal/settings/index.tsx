/** Settings: what stands on codes and receipts, whether codes are signed, stores and tills. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { MerchantRecord } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { languages } from '../../../kernel/index.ts';
import type { ApiProblem } from '../../api.ts';
import { errorsOf, Head, Refused } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { Button, Card, Facts, Field, Select } from '../../kit/index.ts';
import { languageNames } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { type At, type Desk, type Places, placesOf } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { settingTexts } from './texts.ts';

export function settingPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('manager', (desk) => settingsPage(desk)),
  );

  app.post(
    '/',
    at('owner', async (desk) => {
      const form = await desk.form();
      const { name = '', city = '', language = '' } = form;
      const change = desk.sandbox ? { name, city, language } : { language };
      const saved = await desk.api.post(desk.of(''), change);
      return saved.ok ? desk.done('/portal/settings', 'saved') : settingsPage(desk, form, saved.problem);
    }),
  );

  app.post(
    '/signing',
    at('manager', async (desk) => {
      const { signed } = await desk.form();
      const saved = await desk.api.post(desk.of('/code-signing'), { signed_codes: signed === 'yes' });
      return saved.ok ? desk.done('/portal/settings', 'saved') : desk.refused(saved.problem);
    }),
  );

  app.post(
    '/stores',
    at('manager', async (desk) => {
      const { store = '', address } = await desk.form();
      const body = { name: store, ...(address && { address }) };
      const added = await desk.api.post(desk.of('/stores'), body);
      const form = { store, address: address ?? '' };
      return added.ok
        ? desk.done('/portal/settings', 'added')
        : settingsPage(desk, form, named(added.problem, 'store'));
    }),
  );

  app.post(
    '/stores/:store/tills',
    at('manager', async (desk) => {
      const { till = '' } = await desk.form();
      const store = encodeURIComponent(desk.c.req.param('store') ?? '');
      const added = await desk.api.post(desk.of(`/stores/${store}/tills`), { name: till });
      const place = `till-${store}`;
      return added.ok
        ? desk.done('/portal/settings', 'added')
        : settingsPage(desk, { [place]: till }, named(added.problem, place));
    }),
  );
  return app;
}

/** The API speaks of a `name`; this page has several. */
const named = (problem: ApiProblem, field: string): ApiProblem => ({
  ...problem,
  ...(problem.violations && {
    violations: problem.violations.map((one) => ({
      ...one,
      pointer: one.pointer.replace('/name', `/${field}`),
    })),
  }),
});

async function settingsPage(desk: Desk, form: Form = {}, problem?: ApiProblem) {
  const [settings, places] = await Promise.all([
    desk.api.get<MerchantRecord>(desk.of('/settings')),
    placesOf(desk),
  ]);
  if (!settings.ok) return desk.refused(settings.problem);
  const content = (
    <SettingsPage desk={desk} settings={settings.value} places={places} form={form} problem={problem} />
  );
  return desk.page(settingTexts(desk.language)('title'), content, { status: problem ? 422 : 200 });
}

interface SettingsProps {
  readonly desk: Desk;
  readonly settings: MerchantRecord;
  readonly places: Places;
  readonly form: Form;
  readonly problem: ApiProblem | undefined;
}

const SettingsPage: FC<SettingsProps> = ({ desk, settings, places, form, problem }) => {
  const { language } = useVisit();
  const [say, common] = [settingTexts(language), portalTexts(language)];
  const errors = problem ? errorsOf(problem, language) : {};
  // Whoever is kept to a store keeps up that store, not what is all the merchant's.
  const kept = !desk.may('owner') && desk.person.store !== null;
  return (
    <>
      <Head title={say('title')} />
      {problem && <Refused problem={problem} />}
      <Card title={say('business')}>
        {desk.may('owner') ? (
          <Business desk={desk} settings={settings} form={form} errors={errors} />
        ) : (
          <Facts
            rows={[
              [say('printedName'), settings.name],
              [say('city'), settings.city],
            ]}
          />
        )}
        <Facts
          rows={[
            [say('currency'), settings.currency],
            [say('number'), <code>{settings.id}</code>],
          ]}
        />
      </Card>
      {!kept && (
        <Card title={say('signing')}>
          <p class="soft">{say('signingWhat')}</p>
          <form method="post" action="/portal/settings/signing" class="buttons">
            <input type="hidden" name="signed" value={settings.signed_codes ? 'no' : 'yes'} />
            <strong>{settings.signed_codes ? say('signedNow') : say('unsignedNow')}</strong>
            <Button look="quiet">{settings.signed_codes ? say('signOff') : say('signOn')}</Button>
          </form>
        </Card>
      )}
      <Card title={say('stores')}>
        {places.stores.map((store) => (
          <section class="store">
            <h3>{store.name}</h3>
            {store.address !== null && <p class="soft">{store.address}</p>}
            <p>
              {say('tills')}: {store.tills.map(({ name }) => name).join(', ') || common('none')}
            </p>
            <form method="post" action={`/portal/settings/stores/${store.id}/tills`} class="row">
              <Field
                name="till"
                id={`till-${store.id}`}
                label={say('newTill')}
                required
                maxlength={40}
                value={form[`till-${store.id}`]}
                error={errors[`till-${store.id}`]}
              />
              <Button look="quiet" icon="plus" label={`${common('add')}: ${store.name}`}>
                {common('add')}
              </Button>
            </form>
          </section>
        ))}
        {!kept && (
          <form method="post" action="/portal/settings/stores" class="form">
            <h3>{say('newStore')}</h3>
            <Field
              name="store"
              label={common('name')}
              required
              maxlength={80}
              value={form.store}
              error={errors.store}
            />
            <Field
              name="address"
              label={`${say('address')} (${common('optional')})`}
              maxlength={200}
              value={form.address}
              error={errors.address}
            />
            <div class="buttons">
              <Button look="quiet" icon="plus">
                {common('add')}
              </Button>
            </div>
          </form>
        )}
      </Card>
    </>
  );
};

interface BusinessProps {
  readonly desk: Desk;
  readonly settings: MerchantRecord;
  readonly form: Form;
  readonly errors: Readonly<Record<string, string>>;
}

const Business: FC<BusinessProps> = ({ desk, settings, form, errors }) => {
  const { language } = useVisit();
  const [say, common] = [settingTexts(language), portalTexts(language)];
  return (
    <form method="post" action="/portal/settings" class="form">
      {desk.sandbox ? (
        <>
          <Field
            name="name"
            label={say('printedName')}
            hint={say('printedNameHint')}
            required
            maxlength={25}
            value={form.name ?? settings.name}
            error={errors.name}
          />
          <Field
            name="city"
            label={say('city')}
            required
            maxlength={15}
            value={form.city ?? settings.city}
            error={errors.city}
          />
        </>
      ) : (
        <Facts
          rows={[
            [say('printedName'), settings.name],
            [say('city'), settings.city],
            [common('note'), say('renamedByCentre')],
          ]}
        />
      )}
      <Select
        name="language"
        label={say('codeLanguage')}
        value={form.language ?? settings.language}
        options={languages.map((one) => [one, languageNames[one]] as const)}
        error={errors.language}
      />
      <div class="buttons">
        <Button icon="check">{common('save')}</Button>
      </div>
    </form>
  );
};
