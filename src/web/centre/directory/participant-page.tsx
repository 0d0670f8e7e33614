import type { FC } from 'hono/jsx';
import type { CallbackEndpoint, SigningKey, Trust } from '../../../client/index.ts';
import type { KeyRecord, ParticipantRecord } from '../../../onboarding/index.ts';
import type { ConnectionRecord, PositionRecord } from '../../../partners/index.ts';
import { Head, type List } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Facts, LinkButton, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type Given, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { Connections, Positions } from './participant-outside.tsx';
import { Security } from './participant-security.tsx';
import { Endpoints, History, Keys, Made, type Past, RoleName, Standing } from './parts.tsx';
import { directoryTexts } from './texts.ts';

export interface ParticipantProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly participant: ParticipantRecord;
  readonly trust: Trust | undefined;
  readonly keys: List<KeyRecord> | undefined;
  readonly signingKeys: List<SigningKey> | undefined;
  readonly connections: List<ConnectionRecord> | undefined;
  readonly positions: List<PositionRecord> | undefined;
  readonly endpoints: List<CallbackEndpoint> | undefined;
  readonly past: Past | undefined;
}

export const ParticipantPage: FC<ParticipantProps> = (props) => {
  const { desk, given, participant, keys, endpoints, past } = props;
  const say = directoryTexts(useVisit().language);
  return (
    <>
      <Head title={participant.name} back={['/centre/participants', say('participants')]}>
        <Standing status={participant.status} />
      </Head>
      <Made made={given.made} />
      <div class="columns">
        <div>
          <Details {...props} />
        </div>
        <div>
          <Keys
            keys={keys}
            path={`/centre/participants/${participant.id}`}
            given={given}
            may={desk.may('admin')}
          />
          <Security {...props} />
          <Endpoints endpoints={endpoints} />
        </div>
      </div>
      <Positions {...props} />
      <Connections {...props} />
      <History past={past} subject={participant.id} />
    </>
  );
};

const Details: FC<ParticipantProps> = ({ desk, given, participant }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const path = `/centre/participants/${participant.id}`;
  const { id, name, country, status, wallet_link: link } = participant;
  return (
    <Card title={say('details')}>
      <Facts
        rows={[
          [say('role'), <RoleName role={participant.role} />],
          [say('country'), country],
          [say('walletLink'), link === null ? undefined : <code class="break">{link}</code>],
          [say('since'), <Time at={participant.created_at} exact />],
          [say('id'), <code class="break">{id}</code>],
        ]}
      />
      <div class="buttons">
        <LinkButton look="quiet" icon="wallet" href={`/centre/accounts?owner=${id}`}>
          {say('accounts')}
        </LinkButton>
        <LinkButton look="quiet" icon="chart" href={`/centre/reports/payments?participant=${id}`}>
          {say('turnover')}
        </LinkButton>
      </div>
      {desk.may('admin', 'officer') && (
        <>
          <Deed given={given} name="change" path={path} verb={say('change')} icon="edit">
            <Typed
              given={given}
              deed="change"
              name="name"
              label={common('name')}
              value={name}
              required
              maxlength={80}
            />
            <Typed
              given={given}
              deed="change"
              name="country"
              label={say('country')}
              hint={say('countryHint')}
              value={country}
              required
              maxlength={2}
            />
          </Deed>
          <Deed given={given} name="wallet-link" path={path} verb={say('walletLink')} reason={false}>
            <Typed
              given={given}
              deed="wallet-link"
              name="wallet_link"
              label={say('link')}
              hint={say('walletLinkHint')}
              value={link ?? ''}
              maxlength={500}
              placeholder="https://wallet.example/pay?qr={payload}"
            />
          </Deed>
          {status === 'active' ? (
            <Deed
              given={given}
              name="suspend"
              path={path}
              verb={say('suspend')}
              what={say('suspendParticipantWhat')}
              look="danger"
              icon="pause"
            />
          ) : (
            status === 'suspended' && (
              <Deed given={given} name="resume" path={path} verb={say('resume')} icon="play" />
            )
          )}
          {status !== 'closed' && (
            <Deed
              given={given}
              name="close"
              path={path}
              verb={say('close')}
              what={say('closeForGood')}
              look="danger"
              icon="close"
            />
          )}
        </>
      )}
    </Card>
  );
};
