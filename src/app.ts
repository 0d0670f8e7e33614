/**
 * The composition root: what the switch is made of, in the order of its floors. Calls go down, events go
 * up, and what a lower floor needs of a higher one is handed in here.
 */
import { z } from '@hono/zod-openapi';
import { accountRoutes } from './accounts/index.ts';
import { type AlertParts, alertRoutes, alertStore, watch } from './alerts/index.ts';
import { type ApprovalParts, approvalGuard, approvalRoutes, finishApprovals } from './approvals/index.ts';
import { auditRoutes } from './audit/index.ts';
import {
  announce,
  type CallbackMessage,
  callbackLogOf,
  callbackRoutes,
  continueResends,
  deliver,
  marksOf,
  park,
  type RetryMessage,
  releaseWaiting,
  resendLogOf,
  retry,
  sendOverdue,
  urlProblem,
} from './callbacks/index.ts';
import { type ClosingParts, closingRoutes, tellUnclosed, unclosedDays } from './closing/index.ts';
import { codeRoutes } from './codes/index.ts';
import { directoryOf, ownAct } from './directory/index.ts';
import { eventsOf, project, type SwitchEvent, sweep } from './events/index.ts';
import { shell as newShell, openApiDocument } from './http/index.ts';
import { type ConfigEnv, logFault, ok, once, readConfig } from './kernel/index.ts';
import { type BookEnv, type Feed, ledgerOf } from './ledger/index.ts';
import { limitRoutes, ruleTeller } from './limits/index.ts';
import { type LiveEnv, liveRoutes, liveTeller } from './live/index.ts';
import { continueMatching, matchingRoutes, matchingStore } from './matching/index.ts';
import { type Beat, beat, metricRoutes, overviewRoutes } from './metrics/index.ts';
import { type NonceEnv, nonceStore } from './nonces/index.ts';
import { onboardingRoutes } from './onboarding/index.ts';
import { findOrders, orderEvents, orderRoutes, orderVisible } from './orders/index.ts';
import {
  balancesOf,
  partnerRoutes,
  partnersOf,
  positionEvents,
  positionFigures,
  protocolDocument,
  type ReachedPartners,
} from './partners/index.ts';
import { codesOf, paymentEvents, paymentRoutes } from './payments/index.ts';
import { forgetOld, peopleRoutes } from './people/index.ts';
import { holdersOf } from './personal/index.ts';
import { presentedRoutes } from './presented/index.ts';
import { receiptRoutes } from './receipts/index.ts';
import { continueRun, reconcileRoutes, reconciliationsOf, startRun } from './reconcile/index.ts';
import {
  centreRefundRoutes,
  finishRequests,
  giveBackDecided,
  refundEvents,
  refundRoutes,
} from './refunds/index.ts';
import {
  busiest,
  completeUpTo,
  continueJobs,
  continueRebuild,
  continueSchedules,
  dayStragglers,
  daySums,
  findTransfers,
  foldDays,
  jobsOf,
  ofPartner,
  periodsOf,
  reportRoutes,
  reportsOf,
  schedulesOf,
  transfersReferred,
  trialBalance,
} from './reports/index.ts';
import { searchRoutes } from './search/index.ts';
import { callbackSigner, daySigner, partnerSigner, receiptSigner } from './signing/index.ts';
import { statementRoutes } from './statements/index.ts';
import { takingsRoutes } from './takings/index.ts';
import { eventsOfPayment, type TimelineParts, timelineRoutes } from './timeline/index.ts';
import { trustRoutes } from './trust/index.ts';
import { missingPage, pages } from './web/index.ts';
import { settleDeadLetters, takeDeadLetters, type WorkParts, workRoutes } from './work/index.ts';

export interface Env extends BookEnv, NonceEnv, LiveEnv, ConfigEnv {
  DIRECTORY: D1Database;
  REPORTS: D1Database;
  CALLBACKS: Queue<CallbackMessage>;
  RETRIES: Queue<RetryMessage>;
}

// As wrangler.toml says it: two in the morning in Bishkek.
const nightly = '0 20 * * *';
// What goes on in steps leaves most of each minute alone.
const backgroundMs = 15_000;
// What a person sends again is on its way when they are answered.
const sendAgainMs = 2_000;
// Transfers that are named where a business day is not, or no longer, as it should be.
const stragglersMax = 100;
// Beyond so many nobody counts endpoints or messages that fail; positions there are fewer.
const failingMax = 1_000;
const positionsMax = 1_000;
// The last business day of which somebody was told that it is not closed.
const unclosedNote = 'day not closed';
// How payments ended in each minute of the last hour.
const pulseNote = 'pulse';

export type Switch = ReturnType<typeof build>;
const built = new WeakMap<Env, Switch>();

const reached = new WeakMap<Env, ReachedPartners>();

/** Institutions outside, as books and payments reach them; once per isolate, so that all know who is silent. */
export function partnersFor(env: Env): ReachedPartners {
  const existing = reached.get(env);
  if (existing) return existing;
  const directory = directoryOf(env.DIRECTORY);
  const ledger = ledgerOf(env.BOOKS);
  const signer = once(() => partnerSigner(readConfig(env).secret));
  const fresh = partnersOf({
    directory,
    balances: (participant) => balancesOf({ directory, ledger, books: readConfig(env).books }, participant),
    signer,
    fetch: (request) => fetch(request),
  });
  reached.set(env, fresh);
  return fresh;
}

/** The switch for an environment; built once per isolate. */
export function switchOf(env: Env): Switch {
  const existing = built.get(env);
  if (existing) return existing;
  const fresh = build(env);
  built.set(env, fresh);
  return fresh;
}

function build(env: Env) {
  const config = readConfig(env);
  const directory = directoryOf(env.DIRECTORY);
  const ledger = ledgerOf(env.BOOKS, partnersFor(env));
  const periods = periodsOf(env);
  const reports = reportsOf(periods);
  const callbackLog = callbackLogOf(env.REPORTS);
  const announcing = { directory, log: callbackLog, queue: env.CALLBACKS };
  const signer = once(() => callbackSigner(config.secret));
  const resends = resendLogOf(env.REPORTS);
  const callbacks = {
    ...{ config, directory, log: callbackLog, resends, retries: env.RETRIES, announcing, signer },
  };
  const codes = codesOf(config);
  const holders = holdersOf(config, directory);
  const receipts = once(() => receiptSigner(config.secret, config.formerSecrets));
  const days = once(() => daySigner(config.secret, config.formerSecrets));
  const publicKeys = async () => [
    (await signer()).publicKey,
    ...(await codes.publicKeys()),
    ...(await receipts()).publicKeys,
    (await partnerSigner(config.secret)).publicKey,
    ...(await days()).publicKeys,
  ];
  const approving: ApprovalParts = {
    config,
    directory,
    shell: () => shell,
    announce: (events) => announce(announcing, events),
  };
  const shell = newShell(config, directory, nonceStore(env.NONCES), approvalGuard(approving));
  const tellLive = liveTeller(env.REPORTS, env.LIVE);
  const projector = {
    ledger,
    projection: reports.projection,
    sources: [paymentEvents, refundEvents, orderEvents(config.url), positionEvents],
    announce: async (events: readonly SwitchEvent[]) => {
      await announce(announcing, events);
      await tellLive(events);
    },
  };
  const timelines: TimelineParts = {
    directory,
    ledger,
    reported: reports.reported,
    eventsOf: ({ facts, entries }) =>
      entries.flatMap(({ entry }) => eventsOf({ facts, entry }, projector.sources)),
    callbacksOf: (events) => marksOf(callbackLog, events),
    completeUpTo: () => reportsUpTo(),
  };
  const rebuilding = { ...projector, reports, books: config.books };
  const reporting = {
    databases: { reports: periods, directory: env.DIRECTORY },
    jobs: jobsOf(env.REPORTS),
    schedules: schedulesOf(env.REPORTS),
    announce: (events: readonly SwitchEvent[]) => announce(announcing, events),
    url: config.url,
    completeUpTo: () => completeUpTo(ledger, reports.projection, [...Array(config.books).keys()]),
  };
  const reconciling = {
    books: config.books,
    ledger,
    directory,
    projector,
    rows: reports,
    runs: reconciliationsOf(env.REPORTS),
  };
  const allBooks = Array.from({ length: config.books }, (_, book) => book);
  const reportsUpTo = () => completeUpTo(ledger, reports.projection, allBooks);
  const closing: ClosingParts = {
    directory,
    signer: days,
    sums: (fromMs, beforeMs) => daySums(periods, fromMs, beforeMs),
    stragglers: (fromMs, beforeMs, endedAfterMs) =>
      dayStragglers(periods, fromMs, beforeMs, endedAfterMs, stragglersMax),
    trialBalance: () => trialBalance(directory, ledger),
    completeUpTo: reportsUpTo,
    announce: (events) => announce(announcing, events),
    async firstTime(day) {
      if ((await reports.note(unclosedNote)) === day) return false;
      await reports.putNote(unclosedNote, day);
      return true;
    },
  };
  const matching: Parameters<typeof matchingRoutes>[1] = {
    directory,
    store: matchingStore(env.REPORTS),
    ofPartner: (walk) => ofPartner(periods, walk),
    reported: reports.reported,
    completeUpTo: reportsUpTo,
    giveBack: (refund) => giveBackDecided({ directory, ledger }, refund),
  };

  const work: WorkParts = {
    ...{ directory, ledger, projector },
    states: async () => (await reports.figures()).books,
    callbacks: {
      parked: callbackLog.parked,
      count: async () => (await callbackLog.undelivered()).parked,
      async send(event, endpoint) {
        const reopened = await callbackLog.reopen({ status: 'parked', event, endpoint });
        await sendOverdue(callbacks, sendAgainMs);
        return reopened > 0;
      },
      drop: callbackLog.dropParked,
    },
    differences: { open: matching.store.undecided, count: matching.store.undecidedCount },
  };

  const pulse = {
    work: reports.figures,
    store: {
      read: async (): Promise<Beat[]> => JSON.parse((await reports.note(pulseNote)) ?? '[]'),
      put: (beats: readonly Beat[]) => reports.putNote(pulseNote, JSON.stringify(beats)),
    },
  };

  const alerting: AlertParts = {
    store: alertStore(env.REPORTS),
    announce: (events) => announce(announcing, events),
    figures: {
      books: config.books,
      work: reports.figures,
      silentPartners: directory.silentConnections,
      parkedCallbacks: async () => (await callbackLog.undelivered()).parked,
      failingEndpoints: (sinceMs) => directory.failingEndpoints(sinceMs, failingMax),
      deadLetters: () => directory.deadLetters('open', failingMax),
      positions: () => positionFigures(directory, ledger, positionsMax),
      unclosedDays: () => unclosedDays({ directory }, Date.now()),
      async findings() {
        const run = await reconciling.runs.lastFinished();
        return run && { run: run.id, count: run.counters.findings - run.counters.repaired };
      },
    },
  };

  shell.endpoint(
    {
      method: 'get',
      path: '/healthz',
      tag: 'Running',
      summary: 'Whether the switch and its databases answer',
      access: 'public',
      answers: z.object({ status: z.literal('ok') }),
    },
    async () => {
      const databases = [env.DIRECTORY, ...periods.databases];
      await Promise.all(databases.map((database) => database.prepare('SELECT 1').first()));
      return ok({ status: 'ok' as const });
    },
  );
  paymentRoutes(shell, config, codes, directory, ledger);
  accountRoutes(shell, config, directory, ledger, holders);
  statementRoutes(shell, { directory, ledger });
  orderRoutes(shell, config, codes, directory, ledger);
  codeRoutes(shell, {
    config,
    codes,
    directory,
    async turnover(merchant, code, fromMs, beforeMs) {
      const account = await directory.freshAccount(merchant.account);
      const completeUpToMs = await completeUpTo(ledger, reports.projection, account?.books ?? []);
      return { ...(await reports.turnover(code, fromMs, beforeMs)), completeUpToMs };
    },
  });
  refundRoutes(shell, directory, ledger);
  centreRefundRoutes(shell, { directory, ledger, reported: reports.reported });
  presentedRoutes(shell, config, directory, ledger, holders);
  liveRoutes(shell, { directory, live: env.LIVE, mayHearOf: orderVisible(directory, ledger) });
  receiptRoutes(shell, { config, directory, ledger, signer: receipts });
  takingsRoutes(shell, {
    directory,
    read: reports.takings,
    completeUpTo: (books) => completeUpTo(ledger, reports.projection, books),
  });
  callbackRoutes(shell, {
    ...callbacks,
    eventsOfPayment: (payment) => eventsOfPayment(timelines, payment),
  });
  reportRoutes(shell, directory, ledger, reports, rebuilding, reporting);
  reconcileRoutes(shell, reconciling);
  matchingRoutes(shell, matching);
  closingRoutes(shell, closing);
  workRoutes(shell, work);
  timelineRoutes(shell, timelines);
  metricRoutes(shell, config.books, { reports: reports.figures, callbacks: callbackLog.undelivered });
  overviewRoutes(shell, {
    pulse: pulse.store,
    figures: {
      work: reports.figures,
      callbacks: callbackLog.undelivered,
      differences: matching.store.undecidedCount,
      async busiest(fromMs, limit) {
        const { issuers, merchants } = await busiest(periods, fromMs, limit);
        const named = issuers.map(async (issuer) => {
          const participant = await directory.participant(issuer.id);
          return { ...issuer, name: participant?.name ?? null };
        });
        return { issuers: await Promise.all(named), merchants };
      },
      positions: (limit) => positionFigures(directory, ledger, limit),
    },
  });
  alertRoutes(shell, alerting.store);
  searchRoutes(shell, {
    ...{ directory, holders, reported: reports.reported, eventOf: callbackLog.eventOf },
    ofAmount: (amounts, range, limit) => findTransfers(periods.between, amounts, range, limit),
    referred: (reference, range, limit) => transfersReferred(periods.between, reference, range, limit),
    orders: (sought) => findOrders(ledger, config.books, sought),
  });
  onboardingRoutes(shell, config, directory, ledger);
  peopleRoutes(shell, { config, directory, ledger });
  partnerRoutes(shell, {
    ...{ config, codes, directory, ledger },
    urlProblem: (url) => urlProblem(url, config.mode),
    probe: (connection) => partnersFor(env).probe(connection),
    recent: (limit) => reports.transfers({ kind: 'payment', status: 'completed' }, limit),
  });
  trustRoutes(shell, config, directory, publicKeys);
  const tellRules = ruleTeller(directory, ledger, config.books);
  limitRoutes(shell, { directory, paid: reports.paid, books: config.books }, tellRules);
  auditRoutes(shell, directory);
  approvalRoutes(shell, approving);

  const document = openApiDocument(shell, config.url);
  shell.app.get('/openapi.json', (c) => c.json(document));
  const protocol = protocolDocument();
  shell.app.get('/issuer-protocol.json', (c) => c.json(protocol));
  shell.missing(missingPage);
  shell.app.route('/', pages({ config, document, directory, ledger, fetch: shell.fetch, receipts }));

  const delivering = async () => ({ ...callbacks, signer: await signer() });
  async function consume(batch: MessageBatch<unknown>): Promise<void> {
    const name = queueOf(batch.queue);
    if (name === 'events') return project(batch as MessageBatch<Feed>, projector);
    if (name === 'callbacks') return deliver(batch as MessageBatch<CallbackMessage>, await delivering());
    if (name === 'callbacks-again') return retry(batch as MessageBatch<RetryMessage>, await delivering());
    if (name === 'callbacks-dead') return park(batch as Parameters<typeof park>[0], { log: callbackLog });
    // Entries are safe in their accounts: the sweeper finds what the reports miss and sends it again.
    await reports.countDeadLetters(batch.messages.length);
    await takeDeadLetters(batch as MessageBatch<Feed>, work);
  }

  return {
    endpoints: shell.endpoints,
    fetch: shell.fetch,
    queue: (batch: MessageBatch<unknown>): Promise<void> =>
      logged(`queue: ${queueOf(batch.queue)} failed`, () => consume(batch)),
    /** Every minute: lost work is found, and what goes on in steps takes its next ones. Every night: a check. */
    async scheduled(cron: string): Promise<void> {
      if (cron === nightly) {
        await logged('schedule: reconciliation failed', () => startRun(reconciling, 'schedule'));
        return;
      }
      // What takes long, and may use up what one visit is allowed to ask of the databases, comes last.
      const jobs = {
        pulse: () => beat(pulse),
        sweep: () => sweep(config.books, ledger, reports.projection, reports.memory),
        waiting: () => releaseWaiting(callbacks),
        resends: () => continueResends(callbacks, backgroundMs),
        callbacks: () => sendOverdue(callbacks, backgroundMs),
        refunds: () => finishRequests({ directory, ledger }, ownAct('refund requests')),
        approvals: () => finishApprovals(approving),
        limits: tellRules,
        closing: () => tellUnclosed(closing),
        audit: () => directory.audit.seal(),
        holders: () => holders.sealAgain(),
        events: () => callbackLog.emptySpare(Date.now()),
        people: () => forgetOld(directory),
        work: () => settleDeadLetters(work),
        alerts: () => watch(alerting),
        rebuild: () => continueRebuild(rebuilding, backgroundMs),
        reconciliation: () => continueRun(reconciling, { forMs: backgroundMs }),
        matching: () => continueMatching(matching, backgroundMs),
        days: () => foldDays(periods, reports, backgroundMs),
        schedules: () => continueSchedules(reporting),
        reports: () => continueJobs(reporting, backgroundMs),
      };
      for (const [name, job] of Object.entries(jobs)) {
        // One that fails does not keep the others from their turn; it has another one in a minute.
        await logged(`schedule: ${name} failed`, job).catch(() => {});
      }
    },
  };
}

/** Does some work; what it throws is written down on its way to the platform, which tries again. */
async function logged(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    logFault(what, fault);
    throw fault;
  }
}

// A deployment may prefix its queues' names, e.g. `tolom-events` or `staging-tolom-events`.
const queueOf = (name: string) =>
  (['callbacks-dead', 'callbacks-again', 'events-dead', 'callbacks', 'events'] as const).find((known) =>
    name.endsWith(known),
  );
