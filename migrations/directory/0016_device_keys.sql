CREATE TABLE `device_key` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`public_key` text NOT NULL,
	`label` text,
	`revoked_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_key_public` ON `device_key` (`account`,`public_key`);--> statement-breakpoint
ALTER TABLE `limit_rule` ADD `above` text DEFAULT 'refuse' NOT NULL;