/** Keys of registers and programs: made, shown once, revoked. Owners only. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { Key, NewKeyShown } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import type { ApiProblem } from '../../api.ts';
import { address, errorsOf, Head, type List, Refused } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import { Button, Card, Field, Notice, Select, StatusTag, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { type At, type Desk, type Places, placesOf, ranks } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { keyTexts } from './texts.ts';

const perPage = '25';

export function keyPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();

  app.get(
    '/',
    at('owner', (desk) => keysPage(desk)),
  );

  // The key stands in this answer and nowhere else: no redirect, or nobody would see it.
  app.post(
    '/',
    at('owner', async (desk) => {
      const form = await desk.form();
      const made = await desk.api.post<NewKeyShown>(desk.of('/keys'), {
        role: form.role,
        ...(form.till && { till: form.till }),
        ...(form.label && { label: form.label }),
      });
      return keysPage(desk, made.ok ? { made: made.value } : { form, problem: made.problem });
    }),
  );

  app.post(
    '/:key/revoke',
    at('owner', async (desk) => {
      const id = encodeURIComponent(desk.c.req.param('key') ?? '');
      const revoked = await desk.api.delete(desk.of(`/keys/${id}`));
      return revoked.ok ? desk.done('/portal/keys', 'revoked') : desk.refused(revoked.problem);
    }),
  );
  return app;
}

interface Given {
  readonly made?: NewKeyShown;
  readonly form?: Form;
  readonly problem?: ApiProblem;
}

async function keysPage(desk: Desk, given: Given = {}) {
  const query = { limit: perPage, cursor: desk.c.req.query('cursor') };
  const keys = await desk.api.get<List<Key>>(address(desk.of('/keys'), query));
  if (!keys.ok) return desk.refused(keys.problem);
  const places = await placesOf(desk);
  const content = <KeysPage desk={desk} list={keys.value} places={places} given={given} />;
  return desk.page(keyTexts(desk.language)('title'), content, { status: given.problem ? 422 : 200 });
}

interface KeysProps {
  readonly desk: Desk;
  readonly list: List<Key>;
  readonly places: Places;
  readonly given: Given;
}

const KeysPage: FC<KeysProps> = ({ desk, list, places, given: { made, form = {}, problem } }) => {
  const { language } = useVisit();
  const [say, common] = [keyTexts(language), portalTexts(language)];
  const errors = problem ? errorsOf(problem, language) : {};
  const tills = places.stores.flatMap(({ tills: own }) =>
    own.map(({ id }) => [id, places.nameOf(id) ?? id] as const),
  );
  // A cashier's key is for a till.
  const roles = ranks.filter((role) => role !== 'cashier' || tills.length > 0);
  return (
    <>
      <Head title={say('title')} />
      <p class="soft">
        {say('what')} <a href="/docs/guides">{say('guides')}</a>
      </p>
      {problem && <Refused problem={problem} />}
      {made && (
        <Notice tone="good">
          <p>
            <strong>{say('shownOnce')}</strong>
          </p>
          <Field name="key" label={say('key')} value={made.api_key} data={{ selects: '' }} />
          <div class="buttons">
            <Button
              type="button"
              look="quiet"
              icon="copy"
              data={{ copy: made.api_key, done: common('copied') }}
            >
              {common('copy')}
            </Button>
          </div>
        </Notice>
      )}
      <Table
        caption={say('title')}
        rows={list.data}
        next={list.next_cursor}
        empty={say('nothing')}
        columns={[
          { title: common('name'), cell: ({ label, hint }) => label ?? <code>{hint}…</code> },
          {
            title: common('status'),
            cell: ({ revoked_at: revoked }) => <StatusTag status={revoked === null ? 'active' : 'revoked'} />,
          },
          {
            title: say('mayDo'),
            cell: ({ role, till }) =>
              [common(role as 'cashier'), places.nameOf(till)].filter(Boolean).join(' · '),
          },
          {
            title: common('time'),
            cell: ({ created_at: at }) => <Time at={at} country={desk.merchant.country} />,
          },
          {
            title: say('revoke'),
            cell: ({ id, revoked_at: revoked, label, hint }) =>
              revoked === null && (
                <details>
                  <summary aria-label={`${say('revoke')}: ${label ?? hint}`}>{say('revoke')}</summary>
                  <p class="soft">{say('revokeWhat')}</p>
                  <form method="post" action={`/portal/keys/${id}/revoke`}>
                    <Button look="danger" icon="trash">
                      {say('revoke')}
                    </Button>
                  </form>
                </details>
              ),
          },
        ]}
      />
      <Card title={say('newTitle')}>
        <form method="post" action="/portal/keys" class="form">
          <Field
            name="label"
            label={common('name')}
            hint={say('nameHint')}
            required
            maxlength={80}
            value={form.label}
            error={errors.label}
          />
          <Select
            name="role"
            label={say('mayDo')}
            hint={say('roleHint')}
            value={form.role ?? roles[0]}
            options={roles.map((role) => [role, common(role)] as const)}
          />
          {tills.length > 0 && (
            <Select
              name="till"
              label={common('till')}
              value={form.till ?? tills[0]?.[0]}
              options={[['', common('any')], ...tills]}
              error={errors.till}
            />
          )}
          <div class="buttons">
            <Button icon="key">{say('make')}</Button>
          </div>
        </form>
      </Card>
    </>
  );
};
