CREATE TABLE `standing` (
	`id` text PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`operator` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `standing_subject` ON `standing` (`subject`,`id`);--> statement-breakpoint
ALTER TABLE `account` ADD `version` integer DEFAULT 1 NOT NULL;
