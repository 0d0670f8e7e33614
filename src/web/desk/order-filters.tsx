/** What orders are looked for by, on a merchant's pages and the centre's. */
import type { Child, FC } from 'hono/jsx';
import { Field, Filters, kitTexts, Select } from '../kit/index.ts';
import { useVisit } from '../visit.ts';
import { deskTexts } from './texts.ts';

const statuses = ['open', 'paid', 'cancelled', 'expired'] as const;

interface OrderFiltersProps {
  /** The field of references: `q`. */
  readonly reference: Child;
  /** Ids and names; without any, tills are not asked about. */
  readonly tills?: readonly (readonly [id: string, name: string])[];
  readonly tillLabel?: string;
}

export const OrderFilters: FC<OrderFiltersProps> = ({ reference, tills = [], tillLabel = '' }) => {
  const { language, search } = useVisit();
  const [common, kit] = [deskTexts(language), kitTexts(language)];
  const asked = (name: string) => new URLSearchParams(search).get(name) ?? undefined;
  return (
    <Filters label={common('filters')}>
      {reference}
      <Select
        name="status"
        label={common('status')}
        value={asked('status')}
        options={[['', common('any')], ...statuses.map((status) => [status, kit(status)] as const)]}
      />
      {tills.length > 0 && (
        <Select
          name="till"
          label={tillLabel}
          value={asked('till')}
          options={[['', common('any')], ...tills]}
        />
      )}
      <Field type="date" name="from" label={common('from')} value={asked('from')} />
      <Field type="date" name="to" label={common('to')} value={asked('to')} />
    </Filters>
  );
};
