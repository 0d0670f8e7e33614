/** The ledger's engine on a storage, without the object around it. */
import { Answers } from '../../src/ledger/answers.ts';
import { Claims } from '../../src/ledger/claims.ts';
import { Engine } from '../../src/ledger/engine.ts';
import { Journal } from '../../src/ledger/journal.ts';

export const engineOf = (book: number, storage: DurableObjectStorage): Engine =>
  new Engine(book, new Journal(storage), new Answers(storage.sql), new Claims(storage.sql));
