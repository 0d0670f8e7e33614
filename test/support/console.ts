/** What is written to the console meanwhile, line by line. */
export async function linesOf(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { log, error, warn } = console;
  const take = (...parts: unknown[]) => void lines.push(parts.map(String).join(' '));
  Object.assign(console, { log: take, error: take, warn: take });
  try {
    await work();
  } finally {
    Object.assign(console, { log, error, warn });
  }
  return lines;
}
