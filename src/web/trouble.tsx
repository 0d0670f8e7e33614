/** What went wrong with a form, in the visitor's words: above it, and beside the fields it is about. */
import type { FC } from 'hono/jsx';
import type { ApiProblem } from './api.ts';
import { Notice } from './kit/index.ts';
import { catalogue } from './messages.ts';
import { useVisit } from './visit.ts';

const texts = catalogue({
  en: {
    checkFields: 'Something in the form is missing or cannot be right.',
    checkThis: 'Check this.',
    lockedFor: {
      one: 'You can try again in {count} minute.',
      other: 'You can try again in {count} minutes.',
    },
  },
  ky: {
    checkFields: 'Формада бир нерсе жетишпейт же туура эмес.',
    checkThis: 'Муну текшериңиз.',
    lockedFor: {
      one: '{count} мүнөттөн кийин кайра аракет кылсаңыз болот.',
      other: '{count} мүнөттөн кийин кайра аракет кылсаңыз болот.',
    },
  },
  ru: {
    checkFields: 'В форме чего-то не хватает, или что-то указано неверно.',
    checkThis: 'Проверьте это поле.',
    lockedFor: {
      one: 'Попробовать снова можно через {count} минуту.',
      few: 'Попробовать снова можно через {count} минуты.',
      many: 'Попробовать снова можно через {count} минут.',
    },
  },
  th: {
    checkFields: 'ข้อมูลในแบบฟอร์มไม่ครบหรือไม่ถูกต้อง',
    checkThis: 'กรุณาตรวจสอบช่องนี้',
    lockedFor: { other: 'ลองใหม่ได้ในอีก {count} นาที' },
  },
  km: {
    checkFields: 'ព័ត៌មានក្នុងទម្រង់ខ្វះ ឬមិនត្រឹមត្រូវ។',
    checkThis: 'សូមពិនិត្យចន្លោះនេះ។',
    lockedFor: { other: 'អ្នកអាចសាកល្បងម្ដងទៀតក្នុងរយៈពេល {count} នាទី។' },
  },
  zh: {
    checkFields: '表单中有内容缺失或不正确。',
    checkThis: '请检查此项。',
    lockedFor: { other: '{count} 分钟后可以重试。' },
  },
});

export const Trouble: FC<{ problem: ApiProblem | undefined }> = ({ problem }) => {
  const say = texts(useVisit().language);
  if (!problem) return null;
  const { code, detail, retryAfterS = 0 } = problem;
  return (
    <Notice tone="bad" alert>
      <p>{code === 'request.invalid' ? say('checkFields') : detail}</p>
      {code === 'sign_in.locked' && <p>{say('lockedFor', { count: Math.ceil(retryAfterS / 60) })}</p>}
    </Notice>
  );
};

/** What stands beside a field of the API's body that it found wrong; undefined when it did not. */
export function wrongField(problem: ApiProblem | undefined, name: string): string | undefined {
  const found = problem?.violations?.some(({ pointer }) => pointer === `/${name}`);
  return found ? texts(useVisit().language)('checkThis') : undefined;
}
