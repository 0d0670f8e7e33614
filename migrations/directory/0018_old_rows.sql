CREATE INDEX `challenge_expires` ON `challenge` (`expires_at`);--> statement-breakpoint
CREATE INDEX `failed_sign_in_last` ON `failed_sign_in` (`last_at`);--> statement-breakpoint
CREATE INDEX `session_ends` ON `session` (`ends_at`);