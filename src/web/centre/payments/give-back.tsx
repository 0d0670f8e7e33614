/** Giving a payment back: what is left of it, what was asked for, and what became of that. */
import type { FC } from 'hono/jsx';
import type { Approval } from '../../../approvals/index.ts';
import type { Money as MoneyJson, Refund } from '../../../client/index.ts';
import type { ApiAnswer } from '../../api.ts';
import { textOf, typed, typedAmount } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Money, Notice, Table, Time } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import { ApprovalTag, Who } from '../approvals/list.tsx';
import { Deed, type DeedAsked, type Given, Typed, wrongField } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { paymentTexts } from './texts.ts';

/** What the API is asked; the key was made with the form, so that sending it twice asks once. */
export const giveBack: DeedAsked = {
  roles: ['admin', 'officer'],
  ask: async (desk, id, { amount: text, currency = '', reason = '', once }) => {
    const amount = typedAmount(text, currency);
    if (amount === undefined) return wrongField(desk, 'amount');
    const wish = { amount, currency, reason };
    const asked = await desk.api.post<Refund>(`/v1/centre/payments/${id}/refunds`, wish, once);
    return asked.ok && asked.value.refusal ? declined(desk, asked.value.refusal) : asked;
  },
  done: 'givenBack',
};

/** A refund that was declined, as what was refused: it stays declined, however often it is asked for. */
function declined(desk: Desk, { code, detail }: NonNullable<Refund['refusal']>): ApiAnswer<never> {
  const status = 409;
  const said = { title: '', request_id: desk.c.env.requestId, retryable: false };
  return { ok: false, status, problem: { status, code, detail, ...said } };
}

interface GiveBackProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly payment: string;
  /** Undefined where nothing can be given back here. */
  readonly left: MoneyJson | undefined;
  /** What was asked for and is not done, newest first. */
  readonly asked: readonly Approval[];
}

export const GiveBack: FC<GiveBackProps> = ({ desk, given, payment, left, asked }) => {
  const { language } = useVisit();
  const say = paymentTexts(language);
  const isOffered = left !== undefined && left.amount > 0 && desk.may('admin', 'officer');
  if (!isOffered && asked.length === 0) return null;
  return (
    <Card title={say('giveBack')} id="give-back">
      {asked.length > 0 && (
        <div id="asked" data-live>
          <Asked asked={asked} />
        </div>
      )}
      {isOffered && <GiveBackForm given={given} payment={payment} left={left} />}
    </Card>
  );
};

const GiveBackForm: FC<{ given: Given; payment: string; left: MoneyJson }> = ({ given, payment, left }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), deskTexts(language)];
  const { problem, form } = given.deed === 'give-back' ? given : {};
  // Refused for good, it is another wish; else whether it was done may not be known.
  const once = (problem?.retryable && form?.once) || crypto.randomUUID();
  return (
    <Deed
      given={given}
      name="give-back"
      path={`/centre/payments/${payment}`}
      verb={say('giveBack')}
      what={say('giveBackWhat', { left: textOf(left, language) })}
      icon="refund"
    >
      <input type="hidden" name="once" value={once} />
      <input type="hidden" name="currency" value={left.currency} />
      <Typed
        given={given}
        deed="give-back"
        name="amount"
        label={`${common('amount')}, ${left.currency}`}
        value={typed(left)}
        inputmode="decimal"
        required
      />
    </Deed>
  );
};

/** What waits for another person leads to where it is decided. */
export const Waiting: FC<Pick<GiveBackProps, 'asked'>> = ({ asked }) => {
  const say = paymentTexts(useVisit().language);
  return (
    <>
      {asked
        .filter(({ status }) => status === 'proposed')
        .map((approval) => (
          <Notice tone="wait">
            <a href={`/centre/approvals/${approval.id}`}>
              {say('giveBackWaits')} <Wish approval={approval} />
            </a>
          </Notice>
        ))}
    </>
  );
};

/** What became of it; what failed says why. */
const Asked: FC<Pick<GiveBackProps, 'asked'>> = ({ asked }) => {
  const { language } = useVisit();
  const [say, common] = [paymentTexts(language), deskTexts(language)];
  return (
    <Table
      caption={say('askedFor')}
      rows={asked}
      href={({ id }) => `/centre/approvals/${id}`}
      empty=""
      columns={[
        { title: common('time'), cell: ({ created_at: at }) => <Time at={at} exact /> },
        { title: say('askedBy'), cell: ({ made_by: by }) => <Who {...by} /> },
        { title: common('reason'), cell: ({ reason, refusal }) => refusal?.detail ?? reason },
        { title: common('status'), cell: ({ status }) => <ApprovalTag status={status} /> },
      ]}
    />
  );
};

/** How much; nothing of it is kept once it is over. */
const Wish: FC<{ approval: Approval }> = ({ approval: { body } }) => {
  const { amount, currency } = (body ?? {}) as Partial<MoneyJson>;
  return amount === undefined || currency === undefined ? null : (
    <Money amount={amount} currency={currency} />
  );
};
