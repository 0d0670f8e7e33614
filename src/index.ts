/** Worker entry. What the switch is made of stands in `app.ts`. */
import { type Env, partnersFor, switchOf } from './app.ts';
import { directoryOf } from './directory/index.ts';
import { Book as LedgerBook } from './ledger/index.ts';
import { LiveObject, stillGoodIn } from './live/index.ts';

/** A book that reaches institutions outside when a transfer was left to it. */
export class Book extends LedgerBook {
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, partnersFor(env));
  }
}

/** A live object that knows from the directory who may still listen. */
export class Live extends LiveObject {
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, stillGoodIn(directoryOf(env.DIRECTORY)));
  }
}
export { Nonces } from './nonces/index.ts';

export default {
  fetch: (request, env, context) => switchOf(env).fetch(request, context),
  queue: (batch, env) => switchOf(env).queue(batch),
  async scheduled({ cron }, env) {
    await switchOf(env).scheduled(cron);
  },
} satisfies ExportedHandler<Env>;
