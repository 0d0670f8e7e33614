/**
 * Onboarding: how the centre's staff fill the directory. Participants, accounts, merchants with their
 * stores and tills, people, and the keys by which each of them calls. Merchants read their own stores and tills, add
 * to them, and keep up their name and the keys of their registers.
 */

export type {
  KeyRecord,
  MadeKey,
  MerchantRecord,
  ParticipantRecord,
  PersonRecord,
  StoreRecord,
  TillRecord,
} from './model.ts';
export { onboardingRoutes } from './routes.ts';
