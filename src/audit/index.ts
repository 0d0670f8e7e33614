/**
 * The audit log as staff read it: who did what, on which request, with what it was before and after. The records
 * are the directory's, written with each change; here they are shown, and the reconciliation checks their chain.
 */
export { type AuditRecord, auditRoutes } from './routes.ts';
