import type { FC } from 'hono/jsx';
import { languages } from '../../../kernel/index.ts';
import type { MerchantRecord, ParticipantRecord } from '../../../onboarding/index.ts';
import { Head, type List } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Field, Filters, LinkButton, Select, Table, Time } from '../../kit/index.ts';
import { languageNames } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type Given, Ticked, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { Standing } from './parts.tsx';
import { directoryTexts } from './texts.ts';

const base = '/centre/merchants';

interface MerchantsProps {
  readonly desk: Desk;
  readonly found: List<MerchantRecord>;
  /** Those that registered themselves and wait for somebody of the centre. */
  readonly waiting: readonly MerchantRecord[];
  readonly q: string;
  readonly status: string | undefined;
}

export const MerchantsPage: FC<MerchantsProps> = ({ desk, found, waiting, q, status }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const rest = found.data.filter(({ id }) => waiting.every((one) => one.id !== id));
  return (
    <>
      <Head title={say('merchants')}>
        {desk.may('admin', 'officer') && (
          <LinkButton href={`${base}/new`} icon="plus">
            {say('newMerchant')}
          </LinkButton>
        )}
      </Head>
      {waiting.length > 0 && (
        <Card title={say('waiting')} id="waiting">
          <Merchants caption={say('waiting')} rows={waiting} />
        </Card>
      )}
      <Filters label={common('filters')}>
        <Field name="q" type="search" label={say('nameOrId')} value={q} maxlength={80} />
        <Select
          name="status"
          label={common('status')}
          value={status}
          options={[
            ['', common('any')],
            ['pending', say('waiting')],
            ['active', say('canBePaid')],
            ['suspended', say('suspended')],
            ['closed', say('closed')],
          ]}
        />
      </Filters>
      <Merchants caption={say('merchants')} rows={rest} next={found.next_cursor} />
    </>
  );
};

const Merchants: FC<{ caption: string; rows: readonly MerchantRecord[]; next?: string | null }> = ({
  caption,
  rows,
  next = null,
}) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  return (
    <Table
      caption={caption}
      rows={rows}
      next={next}
      href={({ id }) => `${base}/${id}`}
      empty={say('nobodyFound')}
      columns={[
        { title: common('name'), cell: ({ name }) => name },
        { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
        { title: say('city'), cell: ({ city, country }) => `${city}, ${country}` },
        { title: say('category'), cell: ({ category_code: code }) => code },
        { title: say('currency'), cell: ({ currency }) => currency },
        { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
      ]}
    />
  );
};

interface FactsProps {
  readonly given: Given;
  readonly deed: string;
  readonly merchant?: MerchantRecord;
  readonly acquirers: readonly ParticipantRecord[];
}

/** What a merchant is called and sells: the same for a new one and a correction. */
export const MerchantFields: FC<FactsProps> = ({ given, deed, merchant, acquirers }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const field = { given, deed };
  return (
    <>
      <Typed {...field} name="name" label={common('name')} value={merchant?.name} required maxlength={25} />
      <Typed {...field} name="city" label={say('city')} value={merchant?.city} required maxlength={15} />
      <Typed
        {...field}
        name="category_code"
        label={say('category')}
        hint={say('categoryHint')}
        value={merchant?.category_code}
        required
        maxlength={4}
        inputmode="numeric"
      />
      <Typed
        {...field}
        name="language"
        label={say('language')}
        value={merchant?.language ?? 'ky'}
        options={languages.map((one) => [one, languageNames[one]] as const)}
      />
      <Typed
        {...field}
        name="acquirer"
        label={say('acquirer')}
        value={merchant?.acquirer ?? ''}
        options={[['', common('none')], ...acquirers.map(({ id, name }) => [id, name] as const)]}
      />
    </>
  );
};

export const NewMerchantPage: FC<{ given: Given; acquirers: readonly ParticipantRecord[] }> = ({
  given,
  acquirers,
}) => {
  const say = directoryTexts(useVisit().language);
  const field = { given, deed: 'new' };
  return (
    <>
      <Head title={say('newMerchant')} back={[base, say('merchants')]} />
      <Card>
        <Deed given={given} name="new" path={base} verb={say('create')} icon="check" reason={false} open>
          <MerchantFields given={given} deed="new" acquirers={acquirers} />
          <Typed
            {...field}
            name="country"
            label={say('country')}
            hint={say('countryHint')}
            value="KG"
            required
            maxlength={2}
          />
          <Typed {...field} name="currency" label={say('currency')} value="KGS" required maxlength={3} />
          <Ticked {...field} name="signed_codes" label={say('signedCodes')} checked />
          <Ticked {...field} name="pending" label={say('waitsFirst')} checked={false} />
        </Deed>
      </Card>
    </>
  );
};
