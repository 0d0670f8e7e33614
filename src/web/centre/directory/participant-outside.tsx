/** How a participant's own systems are reached, and what it has and may owe in the switch. */
import type { FC } from 'hono/jsx';
import type { ConnectionRecord, PositionRecord } from '../../../partners/index.ts';
import { typed } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Button, Card, Money, Notice, Table } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Deed, Typed } from '../deeds.tsx';
import type { ParticipantProps } from './participant-page.tsx';
import { Standing } from './parts.tsx';
import { directoryTexts } from './texts.ts';

const adapters = ['http', 'iso20022', 'balance', 'sandbox'] as const;
const deadlineDefault = '8000';

export const Connections: FC<ParticipantProps> = ({ desk, given, participant, connections }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  if (!connections) return null;
  const path = `/centre/participants/${participant.id}`;
  const writes = desk.may('admin', 'officer');
  const offered = adapters.filter((one) => desk.sandbox || one !== 'sandbox');
  return (
    <Card title={say('connections')} id="connections">
      <Tried made={given.made} />
      <Table
        caption={say('connections')}
        rows={connections.data}
        empty={say('noConnections')}
        columns={[
          { title: say('adapter'), cell: ({ adapter }) => adapter },
          { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
          { title: say('address'), cell: ({ url, id }) => <span class="break">{url ?? id}</span> },
          { title: say('deadline'), cell: ({ deadline_ms: ms }) => ms, number: true },
          {
            title: common('more'),
            cell: (row) => writes && <ConnectionDeeds path={path} connection={row} />,
          },
        ]}
      />
      {writes && (
        <Deed given={given} name="connection" path={path} verb={say('connect')} icon="plus" reason={false}>
          <Typed
            given={given}
            deed="connection"
            name="adapter"
            label={say('adapter')}
            options={offered.map((one) => [one, one] as const)}
          />
          <Typed
            given={given}
            deed="connection"
            name="url"
            type="url"
            label={`${say('address')} (${common('optional')})`}
            placeholder="https://"
            maxlength={2000}
          />
          <Typed
            given={given}
            deed="connection"
            name="deadline_ms"
            label={say('deadline')}
            value={deadlineDefault}
            inputmode="numeric"
            required
          />
        </Deed>
      )}
    </Card>
  );
};

/** What a test of a connection found. */
const Tried: FC<{ made: unknown }> = ({ made }) => {
  const say = directoryTexts(useVisit().language);
  if (typeof made !== 'object' || made === null || !('took_ms' in made)) return null;
  const { answered, took_ms: count } = made as { answered: boolean; took_ms: number };
  return (
    <Notice tone={answered ? 'good' : 'bad'}>{say(answered ? 'answered' : 'noAnswer', { count })}</Notice>
  );
};

const ConnectionDeeds: FC<{ path: string; connection: ConnectionRecord }> = ({ path, connection }) => {
  const say = directoryTexts(useVisit().language);
  const { id, status } = connection;
  const isActive = status === 'active';
  return (
    <div class="buttons">
      <form method="post" action={`${path}/connection-test`}>
        <input type="hidden" name="connection" value={id} />
        <Button look="quiet" label={`${say('test')}: ${id}`}>
          {say('test')}
        </Button>
      </form>
      <form method="post" action={`${path}/connection-change`}>
        <input type="hidden" name="connection" value={id} />
        <input type="hidden" name="status" value={isActive ? 'disabled' : 'active'} />
        <Button
          look={isActive ? 'danger' : 'quiet'}
          label={`${say(isActive ? 'stop' : 'startAgain')}: ${id}`}
        >
          {say(isActive ? 'stop' : 'startAgain')}
        </Button>
      </form>
    </div>
  );
};

export const Positions: FC<ParticipantProps> = ({ desk, given, participant, positions }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  if (!positions) return null;
  const path = `/centre/participants/${participant.id}`;
  const writes = desk.may('admin', 'officer');
  return (
    <Card title={say('positions')} id="positions">
      <Table
        caption={say('positions')}
        rows={positions.data}
        href={({ account }) => `/centre/accounts/${account}`}
        empty={say('noPositions')}
        columns={[
          { title: say('currency'), cell: ({ cap }) => cap.currency },
          { title: say('balance'), cell: ({ balance }) => <Money {...balance} />, number: true },
          { title: say('cap'), cell: ({ cap }) => <Money {...cap} />, number: true },
          { title: say('left'), cell: ({ left }) => <Money {...left} />, number: true },
          { title: say('used'), cell: ({ used_percent: used }) => `${used} %`, number: true },
          { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
        ]}
      />
      {writes && (
        <>
          {positions.data.map((position) => (
            <Cap given={given} path={path} position={position} />
          ))}
          <Deed
            given={given}
            name="position"
            path={path}
            verb={say('openPosition')}
            icon="plus"
            reason={false}
          >
            <Typed
              given={given}
              deed="position"
              name="currency"
              label={say('currency')}
              value="KGS"
              required
              maxlength={3}
            />
            <Typed
              given={given}
              deed="position"
              name="cap"
              label={say('cap')}
              value="0"
              inputmode="decimal"
              required
            />
          </Deed>
        </>
      )}
    </Card>
  );
};

interface CapProps {
  readonly given: ParticipantProps['given'];
  readonly path: string;
  readonly position: PositionRecord;
}

/** A position's cap, before → after: several positions have a form each. */
const Cap: FC<CapProps> = ({ given, path, position: { account, cap, balance } }) => {
  const say = directoryTexts(useVisit().language);
  const isThis = given.deed === 'cap' && given.form?.position === account;
  const own = isThis || given.deed !== 'cap' ? given : {};
  return (
    <Deed
      given={own}
      name="cap"
      path={path}
      verb={`${say('changeCap')}: ${cap.currency}`}
      icon="edit"
      reason={false}
    >
      <p>
        {say('before')}: <Money {...cap} /> · {say('balance')}: <Money {...balance} />
      </p>
      <input type="hidden" name="position" value={account} />
      <input type="hidden" name="currency" value={cap.currency} />
      <Typed
        given={own}
        deed="cap"
        name="cap"
        id={`cap-${account}`}
        label={`${say('newCap')}, ${cap.currency}`}
        value={typed(cap)}
        inputmode="decimal"
        required
      />
    </Deed>
  );
};
