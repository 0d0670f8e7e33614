/** Accounts: what is on one, whose it is as far as the visitor's role needs it, freezing and closing it. */
import { Hono } from 'hono';
import type { FC } from 'hono/jsx';
import type { Account, Holder } from '../../../client/index.ts';
import type { VisitEnv } from '../../../http/index.ts';
import { isId } from '../../../kernel/index.ts';
import { address, Head, type List, valueIn } from '../../desk/parts.tsx';
import { deskTexts } from '../../desk/texts.ts';
import { Card, Facts, Field, Filters, LinkButton, Money, Select, Table, Time } from '../../kit/index.ts';
import { statementTexts } from '../../print/statement/texts.ts';
import { useVisit } from '../../visit.ts';
import { Deed, type DeedAsked, deedRoutes, type Given, idIn, statusOf } from '../deeds.tsx';
import type { At, Desk } from '../desk.tsx';
import { type Role, roles } from '../roles.ts';
import { History, type Past, pastOf, Standing } from './parts.tsx';
import { directoryTexts } from './texts.ts';

const base = '/centre/accounts';
const perPage = '25';
const writers: readonly Role[] = ['admin', 'officer'];
const kinds = ['payer', 'merchant', 'funding', 'position', 'external'] as const;
const dayMs = 86_400_000;
const statementDays = 30;

const changed = (verb: string, done: DeedAsked['done'] & string): DeedAsked => ({
  roles: writers,
  ask: (desk, id, form) => desk.api.post(`/v1/centre/accounts/${id}/${verb}`, { reason: form.reason ?? '' }),
  done,
});

const deeds: Readonly<Record<string, DeedAsked>> = {
  freeze: changed('freeze', 'saved'),
  reopen: changed('reopen', 'resumed'),
  close: changed('close', 'closed'),
};

export function accountPages(at: At): Hono<VisitEnv> {
  const app = new Hono<VisitEnv>();
  app.get('/', at(roles, accountsPage));
  app.get(
    '/:id',
    at(roles, (desk) => accountPage(desk)),
  );
  deedRoutes(app, at, base, deeds, accountPage);
  return app;
}

async function accountsPage(desk: Desk) {
  const { owner = '', kind, cursor } = desk.c.req.query();
  const wish = owner.trim();
  // Whoever knows the account's own id is led to it.
  if (isId('account', wish)) return desk.c.redirect(`${base}/${wish}`, 303);
  const known = kinds.find((one) => one === kind);
  const whose = isId('participant', wish) || isId('merchant', wish) ? wish : undefined;
  const query = { owner: whose, kind: known, cursor, limit: perPage };
  const found =
    wish !== '' && whose === undefined
      ? { ok: true as const, value: { data: [], next_cursor: null } }
      : await desk.api.get<List<Account>>(address('/v1/centre/accounts', query));
  if (!found.ok) return desk.refused(found.problem);
  const content = <AccountsPage found={found.value} owner={wish} kind={known} />;
  return desk.page(directoryTexts(desk.language)('accounts'), content);
}

const useKinds = () => {
  const say = directoryTexts(useVisit().language);
  return new Map(kinds.map((kind) => [kind, say(`${kind}Kind`)] as const));
};

const AccountsPage: FC<{ found: List<Account>; owner: string; kind: string | undefined }> = ({
  found,
  owner,
  kind,
}) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  const names = useKinds();
  return (
    <>
      <Head title={say('accounts')} />
      <Filters label={common('filters')}>
        <Field
          name="owner"
          type="search"
          label={`${say('account')}, ${say('owner')} (${say('id')})`}
          value={owner}
          maxlength={40}
          placeholder="acc_… mch_… par_…"
        />
        <Select name="kind" label={say('kind')} value={kind} options={[['', common('any')], ...names]} />
      </Filters>
      <Table
        caption={say('accounts')}
        rows={found.data}
        next={found.next_cursor}
        href={({ id }) => `${base}/${id}`}
        empty={say('noAccounts')}
        columns={[
          { title: say('account'), cell: ({ id }) => <code class="break">{id}</code> },
          { title: common('status'), cell: ({ status }) => <Standing status={status} /> },
          { title: say('kind'), cell: (row) => names.get(row.kind) },
          { title: say('currency'), cell: ({ currency }) => currency },
          { title: common('name'), cell: ({ label }) => label },
          { title: say('since'), cell: ({ created_at: at }) => <Time at={at} /> },
        ]}
      />
    </>
  );
};

async function accountPage(desk: Desk, given: Given = {}) {
  const id = idIn(desk);
  const found = await desk.api.get<Account>(`/v1/accounts/${id}`);
  if (!found.ok) return desk.refused(found.problem);
  const account = found.value;
  const isPayers = account.kind === 'payer' || account.kind === 'external';
  // To see a person whole leaves a trace, so it is done on purpose; masked it is shown at once.
  const looks = desk.may('support') || desk.c.req.query('holder') === 'shown';
  const holderOf = isPayers && looks && desk.may('admin', 'officer', 'support');
  const [holder, past] = await Promise.all([
    holderOf ? desk.api.get<Holder>(`/v1/accounts/${id}/holder`).then(valueIn) : undefined,
    pastOf(desk, id),
  ]);
  const shown = { account, holder, asks: isPayers && !holderOf && desk.may('admin', 'officer'), past };
  const content = <AccountPage desk={desk} given={given} {...shown} />;
  return desk.page(directoryTexts(desk.language)('account'), content, { status: statusOf(given) });
}

interface AccountProps {
  readonly desk: Desk;
  readonly given: Given;
  readonly account: Account;
  readonly holder: Holder | undefined;
  /** Whether the holder is shown only when asked for. */
  readonly asks: boolean;
  readonly past: Past | undefined;
}

const AccountPage: FC<AccountProps> = (props) => {
  const { desk, given, account, past } = props;
  const { language, nowMs } = useVisit();
  const say = directoryTexts(language);
  const { id, kind, status, currency, participant: owner } = account;
  const since = new Date(nowMs - statementDays * dayMs).toISOString();
  const page = owner.startsWith('mch_') ? 'merchants' : 'participants';
  const printed = address(
    `/print/statements/${page}/${owner}`,
    page === 'participants' ? { kind, currency } : {},
  );
  return (
    <>
      <Head title={say('account')} back={[base, say('accounts')]}>
        <Standing status={status} />
      </Head>
      <div class="columns">
        <div>
          <Card title={say('details')}>
            <Facts
              rows={[
                [say('kind'), useKinds().get(kind)],
                [say('owner'), <a href={`/centre/${page}/${owner}`}>{owner}</a>],
                [say('currency'), account.currency],
                [say('stripes'), account.stripes > 1 ? account.stripes : undefined],
                [say('details'), account.label],
                [say('since'), <Time at={account.created_at} exact />],
                [say('id'), <code class="break">{id}</code>],
              ]}
            />
            {desk.may('admin', 'officer') && <AccountDeeds given={given} account={account} />}
          </Card>
        </div>
        <div>
          <Card title={say('money')}>
            <Facts
              rows={[
                [say('balance'), account.balance && <Money {...account.balance} />],
                [say('available'), account.available && <Money {...account.available} />],
                [say('held'), account.held && <Money {...account.held} />],
              ]}
            />
            {kind !== 'external' && (
              <div class="buttons">
                {kind !== 'payer' && (
                  <LinkButton look="quiet" icon="list" href={printed}>
                    {statementTexts(language)('title')}
                  </LinkButton>
                )}
                <LinkButton
                  look="quiet"
                  icon="download"
                  href={address(`/v1/accounts/${id}/statement`, { from: since, format: 'csv' })}
                  download="statement.csv"
                >
                  {say('csvStatement')}
                </LinkButton>
              </div>
            )}
          </Card>
          <HolderCard {...props} />
        </div>
      </div>
      <History past={past} subject={id} />
    </>
  );
};

/** Whose account it is, as the visitor may see it. */
const HolderCard: FC<AccountProps> = ({ account, holder, asks }) => {
  const { language } = useVisit();
  const [say, common] = [directoryTexts(language), deskTexts(language)];
  if (asks) {
    return (
      <Card title={say('holder')} id="holder">
        <LinkButton look="quiet" icon="person" href={`${base}/${account.id}?holder=shown#holder`}>
          {say('showHolder')}
        </LinkButton>
      </Card>
    );
  }
  if (!holder) return null;
  const { name, phone, document, masked } = holder;
  const isNamed = name !== null || phone !== null || document !== null;
  return (
    <Card title={say('holder')} id="holder">
      <Facts
        rows={[
          [common('name'), name],
          [say('phone'), phone],
          [say('document'), document],
        ]}
      />
      <p class="soft">
        {!isNamed && say('noHolder')} {say(masked ? 'masked' : 'looked')}
      </p>
    </Card>
  );
};

const AccountDeeds: FC<{ given: Given; account: Account }> = ({ given, account: { id, status } }) => {
  const say = directoryTexts(useVisit().language);
  const path = `${base}/${id}`;
  return (
    <>
      {status === 'active' && (
        <Deed
          given={given}
          name="freeze"
          path={path}
          verb={say('freeze')}
          what={say('freezeWhat')}
          look="danger"
          icon="pause"
        />
      )}
      {status !== 'active' && (
        <Deed given={given} name="reopen" path={path} verb={say('reopen')} icon="play" />
      )}
      {status !== 'closed' && (
        <Deed
          given={given}
          name="close"
          path={path}
          verb={say('close')}
          what={say('closeWhat')}
          look="danger"
          icon="close"
        />
      )}
    </>
  );
};
