import type { FC } from 'hono/jsx';
import { errorsOf } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Field } from '../../kit/index.ts';
import { useVisit } from '../../visit.ts';
import type { Typed } from './index.tsx';
import { workTexts } from './texts.ts';

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
