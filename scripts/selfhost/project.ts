/** Tolom itself as what is launched: its wrangler.toml, its seed, the operator's environment. */
import { join } from 'node:path';
import type { LaunchOptions } from './index.ts';
import { StartProblem } from './problem.ts';
import { readSettings } from './settings.ts';

/** Runs `command` to its exit code, and this process with it. */
export async function fromProject(command: (options: LaunchOptions) => Promise<number>): Promise<never> {
  try {
    process.exit(
      await command({
        ...readSettings(process.env, process.cwd()),
        configPath: join(import.meta.dirname, '..', '..', 'wrangler.toml'),
        log: (line) => console.log(line),
        seed: async (context) => {
          // Loaded only by the one start that needs it.
          const { seedSandbox } = await import('../sandbox/seed.ts');
          await seedSandbox(context);
        },
      }),
    );
  } catch (error) {
    console.error(error instanceof StartProblem ? `\n${error.message}` : error);
    process.exit(1);
  }
}
