/** The ledger's engine on a storage, without the object around it. */
import { Answers } from '../../src/ledger/answers.ts';
import { Claims } from '../../src/ledger/claims.ts';
import { Confirmations } from '../../src/ledger/confirmations.ts';
import { Engine } from '../../src/ledger/engine.ts';
import { Journal } from '../../src/ledger/journal.ts';

export function engineOf(book: number, storage: DurableObjectStorage): Engine {
  const { sql } = storage;
  return new Engine(book, new Journal(storage), new Answers(sql), new Claims(sql), new Confirmations(sql));
}
