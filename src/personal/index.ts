/**
 * Personal data of those who hold accounts: name, phone, document. Kept apart from accounts, in one table,
 * sealed with AES-256-GCM; a keyed hash finds them again. Nothing else of the switch ever sees them: entries,
 * reports, messages, callbacks and logs know accounts by their ids only, so a person can be erased.
 */
export { documentOf, type Holder, masked, phoneOf } from './forms.ts';
export { type Holders, holdersOf } from './holders.ts';
