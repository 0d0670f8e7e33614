/**
 * Statements of account: what a merchant, or a participant's position or funding, had when a period began, every
 * entry booked in it, and what it had at the end. Read from the accounts themselves, so that opening, entries and
 * closing agree to the last unit or there is no statement. As pages of JSON, as CSV, and as camt.053 (ISO 20022,
 * BankToCustomerStatement) for accounting software.
 */
export { statementRoutes } from './routes.ts';
