CREATE TABLE `file_format` (
	`id` text PRIMARY KEY NOT NULL,
	`participant` text NOT NULL,
	`name` text NOT NULL,
	`rules` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `file_format_participant` ON `file_format` (`participant`,`id`);