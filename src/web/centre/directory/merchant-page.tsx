import type { FC } from 'hono/jsx';
import type { Account, CallbackEndpoint, PrintedCode } from '../../../client/index.ts';
import type {
  KeyRecord,
  MerchantRecord,
  ParticipantRecord,
  PersonRecord,
} from '../../../onboarding/index.ts';
import { Head, type List } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Facts, LinkButton, Money, StatusTag, Table, Tag, Time } from '../../kit/index.ts';
import { languageNames } from '../../language.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type Given, Typed } from '../deeds.tsx';
import type { Desk } from '../desk.tsx';
import { MerchantFields } from './merchant-pages.tsx';
import {
  Change,
  Endpoints,
  History,
  Keys,
  Made,
  type Past,
  People,
  Standing,
  useRoleChoices,
} from './parts.tsx';
import { type Place, tillsIn } from './places.ts';
import { directoryTexts } from './texts.ts';

interface MerchantProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly merchant: MerchantRecord;
  readonly account: Account | undefined;
  readonly places: readonly Place[];
  readonly people: List<PersonRecord> | undefined;
  readonly keys: List<KeyRecord> | undefined;
  readonly endpoints: List<CallbackEndpoint> | undefined;
  readonly codes: List<PrintedCode> | undefined;
  readonly past: Past | undefined;
  readonly acquirers: readonly ParticipantRecord[];
}

const pathOf = ({ id }: MerchantRecord): string => `/centre/merchants/${id}`;
const merchantRoles = ['owner', 'manager', 'cashier'] as const;

export const MerchantPage: FC<MerchantProps> = (props) => {
  const { desk, given, merchant, places, people, keys, endpoints, codes, past } = props;
  const say = directoryTexts(useVisit().language);
  const path = pathOf(merchant);
  const writes = desk.may('admin', 'officer');
  const tills = tillsIn(places);
  return (
    <>
      <Head title={merchant.name} back={['/centre/merchants', say('merchants')]}>
        <Standing status={merchant.status} />
      </Head>
      <Made made={given.made} />
      {merchant.status === 'pending' && writes && <Approval given={given} merchant={merchant} />}
      <div class="columns">
        <div>
          <Details {...props} writes={writes} />
          <Places given={given} merchant={merchant} places={places} writes={writes} />
        </div>
        <div>
          <MoneyCard {...props} />
          <People people={people} path={path} given={given} may={writes} roles={merchantRoles} />
          <Keys keys={keys} path={path} given={given} may={desk.may('admin')}>
            <Typed
              given={given}
              deed="key"
              name="role"
              label={say('role')}
              value={tills.length > 0 ? 'cashier' : 'manager'}
              options={useRoleChoices(merchantRoles)}
            />
            <Typed
              given={given}
              deed="key"
              name="till"
              label={say('till')}
              hint={say('tillHint')}
              options={[['', deskTexts(useVisit().language)('any')], ...tills]}
            />
          </Keys>
          <Codes codes={codes} />
          <Endpoints endpoints={endpoints} />
        </div>
      </div>
      <History past={past} subject={merchant.id} />
    </>
  );
};

/** The one decision about a merchant that registered itself. */
const Approval: FC<{ given: Given; merchant: MerchantRecord }> = ({ given, merchant }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  return (
    <Card title={say('approveTitle')} id="approval">
      <p>{say('approveWhat')}</p>
      <Change
        rows={[
          [common('status'), <Standing status="pending" />, <StatusTag status="active" />],
          [say('money'), say('noPayments'), say('canBePaid')],
        ]}
      />
      <Deed
        given={given}
        name="approve"
        path={pathOf(merchant)}
        verb={say('approve')}
        icon="check"
        reason={false}
        open
      >
        <Typed
          given={given}
          deed="approve"
          name="reason"
          label={say('checked')}
          hint={say('checkedHint')}
          required
          maxlength={200}
        />
      </Deed>
    </Card>
  );
};

const Details: FC<MerchantProps & { writes: boolean }> = ({ given, merchant, acquirers, writes }) => {
  const { language } = useVisit();
  const say = directoryTexts(language);
  const path = pathOf(merchant);
  const acquirer = acquirers.find(({ id }) => id === merchant.acquirer);
  return (
    <Card title={say('details')}>
      <Facts
        rows={[
          [say('city'), `${merchant.city}, ${merchant.country}`],
          [say('category'), merchant.category_code],
          [
            say('language'),
            languageNames[merchant.language as keyof typeof languageNames] ?? merchant.language,
          ],
          [
            say('acquirer'),
            merchant.acquirer && (
              <a href={`/centre/participants/${merchant.acquirer}`}>{acquirer?.name ?? merchant.acquirer}</a>
            ),
          ],
          [say('since'), <Time at={merchant.created_at} exact />],
          [say('id'), <code class="break">{merchant.id}</code>],
        ]}
      />
      {writes && (
        <>
          <Deed given={given} name="change" path={path} verb={say('change')} icon="edit">
            <MerchantFields given={given} deed="change" merchant={merchant} acquirers={acquirers} />
          </Deed>
          {merchant.status === 'active' && (
            <Deed
              given={given}
              name="suspend"
              path={path}
              verb={say('suspend')}
              what={say('suspendMerchantWhat')}
              look="danger"
              icon="pause"
            />
          )}
          {merchant.status === 'suspended' && (
            <Deed given={given} name="resume" path={path} verb={say('resume')} icon="play" />
          )}
          {merchant.status !== 'closed' && (
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

const MoneyCard: FC<MerchantProps> = ({ merchant, account }) => {
  const say = directoryTexts(useVisit().language);
  return (
    <Card title={say('money')}>
      <Facts
        rows={[
          [say('balance'), account?.balance && <Money {...account.balance} />],
          [say('available'), account?.available && <Money {...account.available} />],
          [say('stripes'), account && account.stripes > 1 ? account.stripes : undefined],
        ]}
      />
      <div class="buttons">
        <LinkButton look="quiet" icon="wallet" href={`/centre/accounts/${merchant.account}`}>
          {say('account')}
        </LinkButton>
        <LinkButton look="quiet" icon="list" href={`${pathOf(merchant)}/orders`}>
          {say('orders')}
        </LinkButton>
        <LinkButton look="quiet" icon="chart" href={`/centre/reports/payments?merchant=${merchant.id}`}>
          {say('turnover')}
        </LinkButton>
      </div>
    </Card>
  );
};

interface PlacesProps {
  readonly given: Given;
  readonly merchant: MerchantRecord;
  readonly places: readonly Place[];
  readonly writes: boolean;
}

const Places: FC<PlacesProps> = ({ given, merchant, places, writes }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const path = pathOf(merchant);
  const stores = places.map(({ store: { id, name } }) => [id, name] as const);
  const tills = tillsIn(places);
  const called = ({ name, status }: { readonly name: string; readonly status: 'open' | 'closed' }) =>
    status === 'closed' ? `${name} (${say('isClosed')})` : name;
  return (
    <Card title={say('stores')}>
      <Table
        caption={say('stores')}
        rows={places}
        empty={say('noStores')}
        columns={[
          { title: say('store'), cell: ({ store }) => called(store) },
          { title: say('address'), cell: ({ store }) => store.address },
          { title: say('till'), cell: ({ tills: own }) => own.map(called).join(', ') },
        ]}
      />
      {writes && (
        <>
          <Deed given={given} name="store" path={path} verb={say('newStore')} icon="plus" reason={false}>
            <Typed given={given} deed="store" name="name" label={common('name')} required maxlength={80} />
            <Typed given={given} deed="store" name="address" label={say('address')} maxlength={200} />
          </Deed>
          {stores.length > 0 && (
            <>
              <Deed given={given} name="till" path={path} verb={say('newTill')} icon="plus" reason={false}>
                <Typed given={given} deed="till" name="store" label={say('store')} options={stores} />
                <Typed given={given} deed="till" name="name" label={common('name')} required maxlength={40} />
              </Deed>
              <Deed
                given={given}
                name="store-change"
                path={path}
                verb={`${say('rename')}: ${say('store')}`}
                icon="edit"
              >
                <Typed given={given} deed="store-change" name="store" label={say('store')} options={stores} />
                <Typed
                  given={given}
                  deed="store-change"
                  name="name"
                  label={common('name')}
                  required
                  maxlength={80}
                />
                <Typed
                  given={given}
                  deed="store-change"
                  name="address"
                  label={say('address')}
                  maxlength={200}
                />
              </Deed>
            </>
          )}
          {tills.length > 0 && (
            <Deed
              given={given}
              name="till-change"
              path={path}
              verb={`${say('rename')}: ${say('till')}`}
              icon="edit"
            >
              <Typed given={given} deed="till-change" name="till" label={say('till')} options={tills} />
              <Typed
                given={given}
                deed="till-change"
                name="name"
                label={common('name')}
                required
                maxlength={40}
              />
            </Deed>
          )}
          {stores.length > 0 && (
            <Deed given={given} name="place-standing" path={path} verb={say('closeOrOpen')} icon="lock">
              <Typed
                given={given}
                deed="place-standing"
                name="place"
                label={say('storeOrTill')}
                options={[...stores, ...tills]}
              />
              <Typed
                given={given}
                deed="place-standing"
                name="status"
                label={say('fromNowOn')}
                options={[
                  ['closed', say('isClosed')],
                  ['open', say('isOpen')],
                ]}
              />
            </Deed>
          )}
        </>
      )}
    </Card>
  );
};

const Codes: FC<{ codes: List<PrintedCode> | undefined }> = ({ codes }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  if (!codes) return null;
  return (
    <Card title={say('codes')}>
      <Table
        caption={say('codes')}
        rows={codes.data}
        empty={say('noCodes')}
        columns={[
          { title: common('name'), cell: ({ name }) => name },
          {
            title: common('status'),
            cell: ({ status }) =>
              status === 'active' ? <Tag tone="plain">{say('canBePaid')}</Tag> : <Standing status={status} />,
          },
          { title: common('amount'), cell: ({ amount }) => amount && <Money {...amount} />, number: true },
          { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
        ]}
      />
    </Card>
  );
};
