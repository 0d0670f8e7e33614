import type { FC } from 'hono/jsx';
import type { CallbackAttempt, CallbackEndpoint, CallbackPing, Event } from '../../../client/index.ts';
import type { ApiProblem } from '../../api.ts';
import { errorsOf, Head, type List, Refused } from '../../desk/parts.tsx';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Facts,
  Field,
  Notice,
  StatusTag,
  Table,
  Tag,
  Time,
  Timeline,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import { portalTexts } from '../texts.ts';
import { callbackTexts } from './texts.ts';

interface CallbacksProps {
  readonly desk: Desk;
  readonly endpoints: readonly CallbackEndpoint[];
  readonly events: List<Event> | undefined;
  readonly form: Form;
  readonly problem: ApiProblem | undefined;
}

export const CallbacksPage: FC<CallbacksProps> = ({ desk, endpoints, events, form, problem }) => {
  const { language } = useVisit();
  const [say, common] = [callbackTexts(language), portalTexts(language)];
  const { country } = desk.merchant;
  const wrongUrl = problem?.code === 'endpoint.url_refused' ? problem.detail : undefined;
  const errors = problem ? { ...errorsOf(problem, language), ...(wrongUrl && { url: wrongUrl }) } : {};
  return (
    <>
      <Head title={say('title')} />
      <p class="soft">
        {say('what')} <a href="/docs/guides">{say('guides')}</a>
      </p>
      {problem && <Refused problem={problem} />}
      <Card title={say('endpoints')}>
        <Table
          caption={say('endpoints')}
          rows={endpoints}
          href={({ id }) => `/portal/callbacks/${id}`}
          empty={say('noEndpoints')}
          columns={[
            { title: say('url'), cell: ({ url }) => <span class="break">{url}</span> },
            { title: common('status'), cell: (endpoint) => <EndpointStatus {...endpoint} /> },
          ]}
        />
        <form method="post" action="/portal/callbacks" class="form">
          <Field
            name="url"
            type="url"
            label={say('newUrl')}
            hint={say('urlHint')}
            required
            maxlength={2000}
            placeholder="https://"
            value={form.url}
            error={errors.url}
          />
          <div class="buttons">
            <Button icon="plus">{say('add')}</Button>
          </div>
        </form>
      </Card>
      <Card title={say('events')}>
        <Table
          caption={say('events')}
          rows={events?.data ?? []}
          next={events?.next_cursor ?? null}
          href={({ id }) => `/portal/callbacks/events/${id}`}
          empty={say('noEvents')}
          columns={[
            { title: common('time'), cell: ({ created_at: at }) => <Time at={at} country={country} /> },
            { title: say('event'), cell: ({ type }) => <code>{type}</code> },
            { title: common('status'), cell: ({ attempts }) => <Delivery attempts={attempts} /> },
          ]}
        />
      </Card>
    </>
  );
};

const EndpointStatus: FC<Pick<CallbackEndpoint, 'status' | 'failing_since'>> = ({
  status,
  failing_since: since,
}) => {
  const say = callbackTexts(useVisit().language);
  if (status === 'disabled') return <Tag tone="bad">{say('disabled')}</Tag>;
  if (since !== null) return <Tag tone="bad">{say('failing')}</Tag>;
  return <StatusTag status={status} />;
};

/** How telling it went; the last attempt counts. */
const Delivery: FC<{ attempts: readonly CallbackAttempt[] }> = ({ attempts }) => {
  const say = callbackTexts(useVisit().language);
  if (attempts.length === 0) return <Tag tone="over">{say('notSent')}</Tag>;
  const delivered = attempts.some(({ error }) => error === null);
  return <StatusTag status={delivered ? 'delivered' : 'failed'} />;
};

interface EndpointProps {
  readonly desk: Desk;
  readonly endpoint: CallbackEndpoint;
  readonly shown: { readonly secret?: string; readonly ping?: CallbackPing };
}

export const EndpointPage: FC<EndpointProps> = ({ desk, endpoint, shown: { secret, ping } }) => {
  const { language } = useVisit();
  const [say, common] = [callbackTexts(language), portalTexts(language)];
  const { country } = desk.merchant;
  const path = `/portal/callbacks/${endpoint.id}`;
  return (
    <>
      <Head title={say('endpoint')} back={['/portal/callbacks', say('title')]} />
      {secret !== undefined && (
        <Notice tone="good">
          <p>
            <strong>{say('secretOnce')}</strong>
          </p>
          <Field name="secret" label={say('secret')} value={secret} data={{ selects: '' }} />
          <div class="buttons">
            <Button type="button" look="quiet" icon="copy" data={{ copy: secret, done: common('copied') }}>
              {common('copy')}
            </Button>
          </div>
        </Notice>
      )}
      {ping && (
        <Card title={say('pingAnswer')}>
          <Attempts attempts={[ping]} country={country} />
        </Card>
      )}
      <Card>
        <Facts
          rows={[
            [say('url'), <span class="break">{endpoint.url}</span>],
            [common('status'), <EndpointStatus {...endpoint} />],
            [
              say('failingSince'),
              endpoint.failing_since && <Time at={endpoint.failing_since} country={country} />,
            ],
            [
              say('oldSecretUntil'),
              endpoint.previous_secret_until && (
                <Time at={endpoint.previous_secret_until} country={country} exact />
              ),
            ],
            [say('hears'), endpoint.types === null ? say('hearsAll') : endpoint.types.join(', ')],
          ]}
        />
        <div class="buttons">
          <form method="post" action={`${path}/ping`}>
            <Button icon="send">{say('ping')}</Button>
          </form>
          {endpoint.status === 'active' ? (
            <form method="post" action={`${path}/pause`}>
              <Button look="quiet" icon="pause">
                {say('pause')}
              </Button>
            </form>
          ) : (
            <form method="post" action={`${path}/resume`}>
              <Button look="quiet" icon="play">
                {say('resume')}
              </Button>
            </form>
          )}
        </div>
        <details>
          <summary>{say('rotate')}</summary>
          <p class="soft">{say('rotateWhat')}</p>
          <form method="post" action={`${path}/rotate`} class="buttons">
            <Button look="quiet" icon="key">
              {say('rotate')}
            </Button>
          </form>
        </details>
        {endpoint.status !== 'disabled' && (
          <details>
            <summary>{say('remove')}</summary>
            <p class="soft">{say('removeWhat')}</p>
            <form method="post" action={`${path}/remove`} class="buttons">
              <Button look="danger" icon="trash">
                {say('remove')}
              </Button>
            </form>
          </details>
        )}
      </Card>
    </>
  );
};

/** Each attempt: when, what was answered, how long it took. */
const Attempts: FC<{ attempts: readonly CallbackAttempt[]; country: string }> = ({ attempts, country }) => {
  const say = callbackTexts(useVisit().language);
  return (
    <Timeline
      steps={attempts.map(({ at, status, error, took_ms: tookMs, response, request }) => ({
        tone: error === null ? ('good' as const) : ('bad' as const),
        title: `${status ?? say('noAnswer')} · ${tookMs} ms`,
        when: <Time at={at} country={country} exact />,
        more: (
          <>
            <span class="break soft small">{request.url}</span>
            {error !== null && <p>{error}</p>}
            {response !== null && response !== '' && <pre class="wraps">{response}</pre>}
          </>
        ),
      }))}
    />
  );
};

export const EventPage: FC<{ desk: Desk; event: Event }> = ({ desk, event }) => {
  const { language } = useVisit();
  const [say, common] = [callbackTexts(language), portalTexts(language)];
  return (
    <>
      <Head title={<code>{event.type}</code>} back={['/portal/callbacks', say('title')]} />
      <Card>
        <Facts
          rows={[
            [common('time'), <Time at={event.created_at} country={desk.merchant.country} exact />],
            [common('status'), <Delivery attempts={event.attempts} />],
            [say('number'), <code>{event.id}</code>],
          ]}
        />
        <form method="post" action={`/portal/callbacks/events/${event.id}/resend`} class="buttons">
          <Button icon="send">{say('resend')}</Button>
        </form>
      </Card>
      <Card title={say('attempts')}>
        {event.attempts.length === 0 ? (
          <p class="soft">{say('notSent')}</p>
        ) : (
          <Attempts attempts={event.attempts} country={desk.merchant.country} />
        )}
      </Card>
      <Card title={say('body')}>
        <pre class="wraps">{event.body}</pre>
      </Card>
    </>
  );
};
