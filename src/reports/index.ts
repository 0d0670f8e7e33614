/**
 * Reports: what the centre's staff read, in a D1 database of its own. A projection of the accounts'
 * entries: it can be dropped and rebuilt from them, and nothing ever decides on it.
 */

export { busiest } from './busiest.ts';
export { completeUpTo } from './complete.ts';
export { dayStragglers, daySums } from './day.ts';
export { foldDays } from './fold.ts';
export { jobsOf } from './job-store.ts';
export { continueJobs } from './jobs.ts';
export { ofPartner } from './of-partner.ts';
export { type Periods, periodsOf } from './periods.ts';
export { continueRebuild, type RebuildParts } from './rebuild.ts';
export { reportRoutes } from './routes.ts';
export { schedulesOf } from './schedule-store.ts';
export { continueSchedules } from './schedules.ts';
export { type Found, type FoundTransfer, findTransfers, transfersReferred } from './search.ts';
export { type ReportFigures, type Reports, reportsOf, type Turnover } from './store.ts';
export { trialBalance } from './trial-balance.ts';
