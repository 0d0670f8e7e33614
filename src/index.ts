/** Worker entry. What the switch is made of stands in `app.ts`. */
import { type Env, switchOf } from './app.ts';

export { Book } from './ledger/index.ts';
export { Nonces } from './nonces/index.ts';

export default {
  fetch: (request, env, context) => switchOf(env).fetch(request, context),
  queue: (batch, env) => switchOf(env).queue(batch),
  async scheduled({ cron }, env) {
    await switchOf(env).scheduled(cron);
  },
} satisfies ExportedHandler<Env>;
