/** `npm run rebuild`: drops the payment reports of a running switch and makes them again from the accounts. */
import { connection, followed } from './centre/connect.ts';

const path = '/v1/centre/reports/rebuild';
const { api, url, json } = connection(
  'npm run rebuild [-- OPTIONS]: make the reports again from the accounts',
);

const state = await followed(
  await api.post(path, {}),
  () => api.get(path),
  ({ status }) => status === 'running',
  ({ books_done, books, entries }) => {
    if (!json) console.log(`${books_done} of ${books} books, ${entries} entries …`);
  },
);
console.log(
  json ? JSON.stringify(state) : `${url}: rebuilt from ${state.entries} entries of ${state.books} books.`,
);
if (state.books_failed.length > 0) {
  if (!json) console.error(`Books that gave no answer, and follow later: ${state.books_failed.join(', ')}`);
  process.exitCode = 1;
}
