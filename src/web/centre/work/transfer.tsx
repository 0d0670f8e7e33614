/** A transfer that has not ended: what it waits for, having that asked at once, or saying what it has told us. */
import type { FC } from 'hono/jsx';
import type { StuckTransfer } from '../../../work/index.ts';
import { Head, Refused, Sum } from '../../desk/parts.tsx';
import { Button, Card, Facts, Notice, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Desk } from '../desk.tsx';
import { Reason } from './deeds.tsx';
import type { Typed } from './index.tsx';
import { workTexts } from './texts.ts';

interface TransferProps {
  readonly desk: Desk;
  readonly transfer: StuckTransfer;
  readonly typed: Typed;
}

export const TransferPage: FC<TransferProps> = ({ desk, transfer, typed }) => {
  const { language } = useVisit();
  const say = workTexts(language);
  const { id, decisions } = transfer;
  const page = `/centre/work/transfers/${id}`;
  return (
    <>
      <Head title={say('transfer')} back={['/centre/work', say('title')]} />
      {typed.problem && <Refused problem={typed.problem} />}
      <div class="columns">
        <Card>
          <Sum {...transfer.amount} />
          <p>{explained(transfer, say)}</p>
          <p class="soft">{say('moneySafe')}</p>
          <Facts
            rows={[
              [say('waitsSince'), <Time at={transfer.since} exact />],
              [
                say('participant'),
                transfer.participant && (
                  <a href={`/centre/participants/${transfer.participant}`}>
                    {transfer.participant_name ?? transfer.participant}
                  </a>
                ),
              ],
              [say('tries'), transfer.tries],
              [say('nextAt'), transfer.next_at && <Time at={transfer.next_at} exact />],
              [say('refusal'), transfer.refusal && <code>{transfer.refusal}</code>],
              [say('reference'), transfer.reference],
              [say('number'), numberOf(transfer)],
            ]}
          />
          {desk.may('admin', 'officer', 'support') && (
            <form method="post" action={`${page}/ask`} class="buttons">
              <Button look="quiet" icon="send">
                {say('askNow')}
              </Button>
            </form>
          )}
        </Card>
        {decisions.length > 0 && desk.may('admin', 'officer') && (
          <Card title={say('decide')}>
            <form method="post" action={`${page}/decide`} class="form">
              <Notice tone="wait">{say('decideWarning')}</Notice>
              <input type="hidden" name="step" value={transfer.step} />
              <fieldset>
                <legend>{say('whatTheySaid')}</legend>
                {decisions.map((decision) => (
                  <label class="check">
                    <input
                      type="radio"
                      name="decision"
                      value={decision}
                      required
                      checked={typed.decision === decision}
                    />
                    <span>{say(decision)}</span>
                  </label>
                ))}
              </fieldset>
              <Reason typed={typed} />
              <div class="buttons">
                <Button>{say('decide')}</Button>
              </div>
            </form>
          </Card>
        )}
        {decisions.length === 0 && <Notice tone="plain">{say('switchAsks')}</Notice>}
      </div>
    </>
  );
};

/** In a sentence: who has still to do what. */
/** A refund is on the page of its payment, which the search knows. */
function numberOf({ id, kind }: StuckTransfer) {
  if (kind === 'payment') return <a href={`/centre/payments/${id}`}>{id}</a>;
  return kind === 'refund' ? <a href={`/centre/search?q=${id}`}>{id}</a> : <code>{id}</code>;
}

function explained(
  { waits_for: waitsFor, part, asked, voided }: StuckTransfer,
  say: ReturnType<typeof workTexts>,
) {
  if (waitsFor === 'switch') return say('waitsForSwitch');
  if (asked === 'reverse') return say(voided ? 'waitsForUndoVoided' : 'waitsForUndo');
  if (part === 'credit') return say('waitsForCredit');
  return say(part === 'refund' ? 'waitsForRefund' : 'waitsForDebit');
}
