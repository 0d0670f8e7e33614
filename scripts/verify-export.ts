/** `npm run verify-export -- FILE`: checks an account's export (`GET /v1/accounts/…/export`). Needs no switch. */
import { readFileSync } from 'node:fs';
import { verifyExport } from './export/verify.ts';

const [file] = process.argv.slice(2);
if (!file || file === '--help') {
  console.error('npm run verify-export -- FILE: works out every figure of an account’s export again');
  process.exit(file ? 0 : 2);
}
const { account, entries, balance, currency, problems } = verifyExport(
  readFileSync(file, 'utf8').split('\n'),
);
for (const problem of problems) console.error(problem);
console.log(
  `${account}: ${entries} entries, balance ${balance} ${currency} (minor units), ${
    problems.length === 0 ? 'every figure follows' : `${problems.length} problems`
  }`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
