CREATE TABLE `dead_letter` (
	`id` text PRIMARY KEY NOT NULL,
	`book` integer NOT NULL,
	`position` integer NOT NULL,
	`times` integer NOT NULL,
	`fault` text NOT NULL,
	`status` text NOT NULL,
	`last_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `dead_letter_open` ON `dead_letter` (`book`) WHERE status = 'open';--> statement-breakpoint
CREATE INDEX `dead_letter_status` ON `dead_letter` (`status`,`id`);