/** `npm run bench -- [name] [options]`: every number this project claims comes from one of these. */
const benches: Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>> = {
  codec: () => import('./codec.ts'),
  payments: () => import('./payments.ts'),
  cost: () => import('./cost.ts'),
  growth: () => import('./growth.ts'),
  scale: () => import('./scale.ts'),
  reports: () => import('./reports.ts'),
  matching: () => import('./matching.ts'),
};

const [name, ...args] = process.argv.slice(2);
const wanted = name === undefined ? Object.keys(benches) : [name];
for (const one of wanted) {
  const bench = benches[one];
  if (!bench) {
    console.error(`There is no bench called ${one}: ${Object.keys(benches).join(', ')}`);
    process.exit(2);
  }
  console.log(`── ${one}`);
  await (await bench()).run(args);
}

export {};
