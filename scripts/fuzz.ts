/** `npm run fuzz`: test/http/fuzz.test.ts with other seeds, each some two thousand requests. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const usage = `npm run fuzz -- [--seeds N] [--seed S]

  --seeds N  how many (default 20)
  --seed S   the first one (default: a random one); the others follow it`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (![values.seeds, values.seed].every((text) => /^\d{1,10}$/.test(text))) {
  console.error(usage);
  process.exit(2);
}
console.log(`seed ${values.seed}, ${values.seeds} of them`);
const { status } = spawnSync(
  'vitest',
  ['run', '--project', 'workers', '--silent=true', 'test/http/fuzz.test.ts'],
  {
    env: { ...process.env, TEST_FUZZ_SEED: values.seed, TEST_FUZZ_SEEDS: values.seeds },
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
