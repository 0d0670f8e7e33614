/** `npm run reconcile`: has a running switch check itself and prints what it found. Exit code 1 on findings. */
import { connection, followed } from './centre/connect.ts';

const path = '/v1/centre/reconciliations';
const { api, url, json } = connection('npm run reconcile [-- OPTIONS]: check every account, sum and report');

const started = await api.post(path, {});
const run = await followed(
  started,
  () => api.get(`${path}/${started.id}`),
  ({ status }) => status === 'running',
  ({ phase, books, accounts, entries }) => {
    if (!json) console.log(`${phase}: ${books} books, ${accounts} accounts, ${entries} entries …`);
  },
);
if (json) console.log(JSON.stringify(run));
else {
  console.log(`${url}: ${run.id}, begun ${run.started_at}, finished ${run.finished_at}`);
  console.log(
    `${run.books} books, ${run.accounts} accounts, ${run.entries} entries, ${run.rows_compared} compared with the reports; ` +
      `${run.audit_records} records of the audit log`,
  );
  for (const { currency, net, open, transfers } of run.currencies) {
    console.log(`${currency}: ${transfers} transfers, net ${net.amount}, open ${open.amount}`);
  }
  if (run.findings_count === 0) console.log('Everything agrees.');
  else {
    console.table(run.findings);
    console.log(`${run.findings_count} findings, ${run.repaired_count} of them repaired.`);
  }
}
process.exitCode = run.findings_count === 0 ? 0 : 1;
