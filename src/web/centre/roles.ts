/** The roles of the centre's people. Admins may do all; officers decide and onboard; analysts read; support reads, re-sends and unblocks. */
export const roles = ['admin', 'officer', 'analyst', 'support'] as const;
export type Role = (typeof roles)[number];
