/** What the routes of this folder share. */
import type { Directory, Principal, Who } from '../directory/index.ts';
import { type Config, ok, type Result, refuse } from '../kernel/index.ts';
import type { Ledger } from '../ledger/index.ts';

export interface PeopleParts {
  readonly config: Config;
  readonly directory: Directory;
  readonly ledger: Ledger;
}

/** Whoever can be a person: keys of these roles come this far too, and are told that they are none. */
export const people: readonly Who[] = [
  'merchant:owner',
  'merchant:manager',
  'merchant:cashier',
  'staff:admin',
  'staff:officer',
  'staff:analyst',
  'staff:support',
];

/** The person behind a request; a key is nobody. */
export const personOf = ({ person }: Principal): Result<string> =>
  person === null ? refuse('session.required') : ok(person);
