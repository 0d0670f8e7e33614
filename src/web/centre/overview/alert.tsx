/** An alert: what it is about, since when, and who looks after it, or that somebody does from now on. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { VisitEnv } from '../../../http/index.ts';
import { Head, Refused } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Facts, LinkButton, Time } from '../../kit/index.ts';
import { localeOf } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { Deed, deedRoutes, type Given, idIn, statusOf, Typed } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { Actor, namesOf } from '../directory/parts.tsx';
import { roles } from '../roles.ts';
import { centreTexts } from '../texts.ts';
import { overviewTexts } from './texts.ts';
import { alertText, type OpenAlert, places } from './well.tsx';

interface Alert extends OpenAlert {
  readonly concerns: readonly string[];
  readonly seen_at: string;
  readonly cleared_at: string | null;
  readonly acknowledged: { readonly at: string; readonly by: string; readonly note: string } | null;
}

const home = '/centre/alerts';
/** Who may say that they look after one. */
export const heeders = ['admin', 'officer', 'support'] as const;

export function alertPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get(
    '/:id',
    at(roles, (desk) => alertPage(desk)),
  );
  deedRoutes(
    app,
    at,
    home,
    {
      acknowledge: {
        roles: heeders,
        ask: ({ api }, id, { note = '' }) => api.post(`/v1/centre/alerts/${id}/acknowledge`, { note }),
        done: 'heeded',
      },
    },
    alertPage,
  );
  return app;
}

async function alertPage(desk: Desk, given: Given = {}) {
  const answer = await desk.api.get<Alert>(`/v1/centre/alerts/${idIn(desk)}`);
  if (!answer.ok) return desk.refused(answer.problem);
  const alert = answer.value;
  const names = await namesOf(desk, alert.acknowledged ? [alert.acknowledged.by] : []);
  const mayHeed = desk.may(...heeders) && alert.acknowledged === null;
  return desk.page(
    alertText(alert.name, desk.language),
    <AlertPage {...{ alert, names, mayHeed, given }} />,
    { status: statusOf(given) },
  );
}

interface AlertProps {
  readonly alert: Alert;
  readonly names: ReadonlyMap<string, string>;
  readonly mayHeed: boolean;
  readonly given: Given;
}

const AlertPage: FC<AlertProps> = ({ alert, names, mayHeed, given }) => {
  const { language } = useVisit();
  const [say, common] = [overviewTexts(language), deskTexts(language)];
  const { id, name, acknowledged, concerns, cleared_at: clearedAt } = alert;
  const place = places[name];
  const ids = [...new Set([alert.subject ?? [], concerns].flat())];
  return (
    <>
      <Head title={alertText(name, language)} back={['/centre', centreTexts(language)('overview')]}>
        {place !== undefined && <LinkButton href={place}>{say('place')}</LinkButton>}
      </Head>
      {!mayHeed && given.problem && <Refused problem={given.problem} />}
      <Card>
        <Facts
          rows={[
            [say('since'), <Time at={alert.raised_at} exact />],
            [say('over'), clearedAt && <Time at={clearedAt} exact />],
            [
              say('measured'),
              <>
                <Figure alert={alert} /> · <Time at={alert.seen_at} />
              </>,
            ],
            [say('about'), ids.length > 0 ? <code class="break">{ids.join(', ')}</code> : undefined],
            [
              say('heededBy'),
              acknowledged && (
                <>
                  <Actor id={acknowledged.by} names={names} /> · <Time at={acknowledged.at} />
                </>
              ),
            ],
            [common('note'), acknowledged?.note],
          ]}
        />
      </Card>
      {mayHeed && (
        <Card title={say('lookAfter')}>
          <Deed
            {...{ given, name: 'acknowledge', path: `${home}/${id}`, verb: say('lookAfter') }}
            what={say('lookAfterWhat')}
            reason={false}
            open
          >
            <Typed
              {...{ given, deed: 'acknowledge', name: 'note' }}
              label={common('note')}
              maxlength={500}
              required
            />
          </Deed>
        </Card>
      )}
    </>
  );
};

const Figure: FC<{ alert: Alert }> = ({ alert: { value, unit } }) => {
  const { language } = useVisit();
  if (unit === 'percent') return <>{overviewTexts(language)('percent', { value })}</>;
  const inSeconds = { style: 'unit', unit: 'second', unitDisplay: 'long' } as const;
  return <>{new Intl.NumberFormat(localeOf(language), unit === 'seconds' ? inSeconds : {}).format(value)}</>;
};
