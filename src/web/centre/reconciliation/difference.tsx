/** One difference: both sides beside each other, what to do, what was said, and deciding it: money moves by two people only. */
import type { Child, FC } from 'hono/jsx';
import type { ApiProblem } from '../../api.ts';
import { Head, Refused, typed } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import type { Form } from '../../form.ts';
import {
  Button,
  Card,
  Facts,
  Field,
  Money,
  Notice,
  type Status,
  StatusTag,
  Time,
  Timeline,
  type Tone,
} from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { Thing } from '../reports/cells.tsx';
import { DifferenceState } from './file.tsx';
import type { Difference, Participant } from './shapes.ts';
import { reconciliationTexts } from './texts.ts';

const place = '/centre/reconciliation';

interface DifferenceProps {
  readonly difference: Difference;
  readonly partner: Participant | undefined;
  readonly people: ReadonlyMap<string, string>;
  /** Who looks at it: whoever proposed may not approve. */
  readonly me: string;
  readonly decides: boolean;
  readonly form: Form;
  readonly problem: ApiProblem | undefined;
  readonly errors: Readonly<Record<string, string>>;
}

export const DifferencePage: FC<DifferenceProps> = (props) => {
  const { difference, partner, decides, problem } = props;
  const { language } = useVisit();
  const say = reconciliationTexts(language);
  const { ours, theirs, type, status, transfer } = difference;
  return (
    <>
      <Head title={say(type)} back={[`${place}/files/${difference.file}`, say('file')]} />
      {problem && <Refused problem={problem} />}
      <p>
        <DifferenceState state={status} /> <span class="soft">{partner?.name}</span>
      </p>
      <div class="columns">
        <Card title={say('ours')}>
          <SideFacts side={ours}>{transfer !== null && <Thing id={transfer} name={transfer} />}</SideFacts>
        </Card>
        <Card title={say('theirs')}>
          <SideFacts side={theirs}>
            {difference.key !== null && <code class="break">{difference.key}</code>}
          </SideFacts>
          {difference.line !== null && <Facts rows={[[say('line'), difference.line]]} />}
        </Card>
      </div>
      {status !== 'resolved' && (
        <Card title={say('suggestion')}>
          <p>{say(difference.suggested_action)}</p>
        </Card>
      )}
      {decides && <Deeds {...props} />}
      <Card title={say('history')}>
        <Said {...props} />
        <ReasonForm
          {...props}
          verb="comment"
          look="quiet"
          text={say('comment')}
          label={deskTexts(language)('note')}
        />
      </Card>
    </>
  );
};

const SideFacts: FC<{ side: Difference['ours']; children?: Child }> = ({ side, children }) => {
  const { language } = useVisit();
  const say = reconciliationTexts(language);
  if (!side) return <p class="soft">{say('nothingOurs')}</p>;
  return (
    <Facts
      rows={[
        [say('sumOurs'), <Money {...side.amount} />],
        [say('outcome'), <StatusTag status={side.status as Status} />],
        [say('key'), children || null],
      ]}
    />
  );
};

/** What this person may do now. */
const Deeds: FC<DifferenceProps> = (props) => {
  const { difference, me, people, form, errors } = props;
  const { language } = useVisit();
  const [say, common] = [reconciliationTexts(language), deskTexts(language)];
  const { status, proposal, ours, transfer, refund } = difference;
  if (status === 'resolved') {
    return refund === null ? null : (
      <Card title={say('refund')}>
        <Thing id={refund} name={refund} />
      </Card>
    );
  }
  if (proposal && status !== 'open') {
    const isOwn = proposal.by === me;
    return (
      <Card title={say('proposal')} id="proposal">
        <Facts
          rows={[
            [say('sumOurs'), <Money {...proposal.amount} />],
            [common('reason'), proposal.reason],
            [say('proposed'), people.get(proposal.by) ?? proposal.by],
          ]}
        />
        {isOwn && <Notice tone="wait">{say('ownProposal')}</Notice>}
        {!isOwn && <ReasonForm {...props} verb="approve" text={say('approve')} label={common('reason')} />}
        {status === 'proposed' && (
          <ReasonForm
            {...props}
            verb="decline"
            look={isOwn ? 'quiet' : 'danger'}
            text={say(isOwn ? 'takeBack' : 'decline')}
            label={common('reason')}
          />
        )}
      </Card>
    );
  }
  const mayGiveBack = transfer?.startsWith('pay_') && ours?.status === 'completed';
  return (
    <div class="columns">
      <Card title={say('resolve')}>
        <p class="soft">{say('resolveWhy')}</p>
        <ReasonForm {...props} verb="resolve" text={say('resolve')} label={common('reason')} />
      </Card>
      {mayGiveBack && ours && (
        <Card title={say('propose')}>
          <p class="soft">{say('proposeWhy')}</p>
          <ReasonForm
            {...props}
            verb="propose"
            look="danger"
            text={say('propose')}
            label={common('reason')}
            lengthMax={140}
          >
            <input type="hidden" name="currency" value={ours.amount.currency} />
            <Field
              name="amount"
              label={`${common('amount')}, ${ours.amount.currency}`}
              inputmode="decimal"
              value={form.amount ?? typed(ours.amount)}
              required
              error={errors.amount === undefined ? undefined : common('amountWrong')}
            />
          </ReasonForm>
        </Card>
      )}
    </div>
  );
};

interface ReasonProps extends DifferenceProps {
  readonly verb: 'comment' | 'resolve' | 'propose' | 'approve' | 'decline';
  readonly text: string;
  readonly label: string;
  readonly look?: 'main' | 'quiet' | 'danger';
  readonly lengthMax?: number;
  readonly children?: Child;
}

const ReasonForm: FC<ReasonProps> = ({
  difference,
  verb,
  text,
  label,
  look,
  lengthMax = 500,
  form,
  errors,
  children,
}) => (
  <form method="post" action={`${place}/differences/${difference.id}/${verb}`}>
    {children}
    <Field name={verb} label={label} maxlength={lengthMax} required value={form[verb]} error={errors[verb]} />
    <div class="buttons">
      <Button {...(look && { look })}>{text}</Button>
    </div>
  </form>
);

const tones: Record<Difference['history'][number]['did'], Tone> = {
  commented: 'plain',
  proposed: 'wait',
  approved: 'good',
  resolved: 'good',
  declined: 'over',
};

const Said: FC<DifferenceProps> = ({ difference: { history }, people, me }) => {
  const say = reconciliationTexts(useVisit().language);
  if (history.length === 0) return null;
  return (
    <Timeline
      steps={history.map(({ at, by, did, text }) => ({
        tone: tones[did],
        title: `${say(did === 'proposed' ? 'proposal' : did)} · ${by === me ? say('you') : (people.get(by) ?? by)}`,
        when: <Time at={at} exact />,
        more: text,
      }))}
    />
  );
};
