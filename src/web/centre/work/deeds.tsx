/** What can be done about something that waits: try it again, or leave it at that with a reason. */
import type { FC } from 'hono/jsx';
import { errorsOf } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Button, Card, Field } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Typed } from './index.tsx';
import { workTexts } from './texts.ts';

interface DeedsProps {
  readonly again: { readonly action: string; readonly title: string; readonly lead?: string };
  readonly leave: { readonly action: string; readonly title: string; readonly lead: string };
  readonly typed: Typed;
}

export const Deeds: FC<DeedsProps> = ({ again, leave, typed }) => (
  <div>
    <Card title={again.title}>
      {again.lead !== undefined && <p>{again.lead}</p>}
      <form method="post" action={again.action} class="buttons">
        <Button icon="send">{again.title}</Button>
      </form>
    </Card>
    <Card title={leave.title}>
      <form method="post" action={leave.action} class="form">
        <p>{leave.lead}</p>
        <Reason typed={typed} />
        <div class="buttons">
          <Button look="danger">{leave.title}</Button>
        </div>
      </form>
    </Card>
  </div>
);

/** Why something is decided: kept in the audit log. */
export const Reason: FC<{ typed: Typed }> = ({ typed: { reason, problem } }) => {
  const { language } = useVisit();
  return (
    <Field
      name="reason"
      label={deskTexts(language)('reason')}
      hint={workTexts(language)('reasonHint')}
      maxlength={500}
      rows={3}
      required
      value={reason}
      error={problem && errorsOf(problem, language).reason}
    />
  );
};
