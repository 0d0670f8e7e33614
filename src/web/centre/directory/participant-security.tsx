/** What a participant's requests come with: signing keys, certificates, how many a second. */
import type { FC } from 'hono/jsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Facts, StatusTag, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Deed, Ticked, Typed } from '../deeds.tsx';
import type { ParticipantProps } from './participant-page.tsx';
import { Revoke } from './parts.tsx';
import { directoryTexts } from './texts.ts';

export const Security: FC<ParticipantProps> = (props) => (
  <>
    <SigningKeys {...props} />
    <Requirements {...props} />
  </>
);

const SigningKeys: FC<ParticipantProps> = ({ desk, given, participant, signingKeys }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  if (!signingKeys) return null;
  const path = `/centre/participants/${participant.id}`;
  const may = desk.may('admin');
  const good = signingKeys.data.filter(({ revoked_at: at }) => at === null);
  return (
    <Card title={say('signingKeys')} id="signing-keys">
      <Table
        caption={say('signingKeys')}
        rows={signingKeys.data}
        empty={say('noSigningKeys')}
        columns={[
          { title: say('key'), cell: ({ label, id }) => label ?? <code class="break">{id}</code> },
          {
            title: common('status'),
            cell: ({ revoked_at: at }) => <StatusTag status={at === null ? 'active' : 'revoked'} />,
          },
          { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
          { title: say('endsOn'), cell: ({ not_after: at }) => at !== null && <Time at={at} exact /> },
          {
            title: say('revoke'),
            cell: ({ id, label, revoked_at: at }) =>
              may &&
              at === null && (
                <Revoke action={`${path}/signing-key-revoke`} name="key" value={id} of={label ?? id} />
              ),
          },
        ]}
      />
      {may && (
        <>
          <Deed
            given={given}
            name="signing-key"
            path={path}
            verb={say('registerKey')}
            icon="key"
            reason={false}
          >
            <Typed
              given={given}
              deed="signing-key"
              name="public_key"
              label={say('publicKey')}
              hint={say('publicKeyHint')}
              required
              maxlength={43}
            />
            <Typed
              given={given}
              deed="signing-key"
              name="proof"
              label={say('proof')}
              hint={say('proofHint')}
              required
              maxlength={86}
            />
            <Typed given={given} deed="signing-key" name="label" label={say('keyLabel')} maxlength={80} />
            <Typed
              given={given}
              deed="signing-key"
              name="not_after"
              type="date"
              label={`${say('endsOn')} (${common('optional')})`}
            />
          </Deed>
          {good.length > 0 && (
            <Deed
              given={given}
              name="signing-key-end"
              path={path}
              verb={say('endKey')}
              what={say('endKeyWhat')}
              reason={false}
            >
              <Typed
                given={given}
                deed="signing-key-end"
                name="key"
                label={say('key')}
                options={good.map(({ id, label }) => [id, label ?? id] as const)}
              />
              <Typed
                given={given}
                deed="signing-key-end"
                name="not_after"
                type="date"
                label={say('endsOn')}
                required
              />
            </Deed>
          )}
        </>
      )}
    </Card>
  );
};

const Requirements: FC<ParticipantProps> = ({ desk, given, participant, trust }) => {
  const say = directoryTexts(useVisit().language);
  if (!trust) return null;
  const path = `/centre/participants/${participant.id}`;
  const { require_signature: mustSign, certificates, requests_per_second: rate } = trust;
  return (
    <Card title={say('trust')} id="trust">
      <Facts
        rows={[
          [say('mustSign'), say(mustSign ? 'yes' : 'no')],
          [
            say('certificates'),
            certificates.length === 0
              ? say('no')
              : certificates.map((one) => <code class="break">{one} </code>),
          ],
          [say('rate'), rate ?? undefined],
        ]}
      />
      {desk.may('admin') && (
        <Deed given={given} name="trust" path={path} verb={say('change')} icon="edit" reason={false}>
          <Ticked
            given={given}
            deed="trust"
            name="require_signature"
            label={say('mustSign')}
            checked={mustSign}
          />
          <Typed
            given={given}
            deed="trust"
            name="certificates"
            label={say('certificates')}
            hint={say('certificatesHint')}
            value={certificates.join('\n')}
            rows={3}
          />
        </Deed>
      )}
      {desk.may('admin', 'officer') && (
        <Deed given={given} name="rate" path={path} verb={say('rate')} reason={false}>
          <Typed
            given={given}
            deed="rate"
            name="requests_per_second"
            label={say('rate')}
            hint={say('rateHint')}
            value={rate === null ? '' : String(rate)}
            inputmode="numeric"
          />
        </Deed>
      )}
    </Card>
  );
};
