CREATE TABLE `alert` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`subject` text NOT NULL,
	`value` integer NOT NULL,
	`peak` integer NOT NULL,
	`concerns` text NOT NULL,
	`raised_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`cleared_at` integer,
	`acknowledged_at` integer,
	`acknowledged_by` text,
	`note` text,
	`tell` text,
	`tell_at` integer NOT NULL,
	`told` integer NOT NULL,
	`claimed_until` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alert_open` ON `alert` (`name`,`subject`) WHERE cleared_at IS NULL;--> statement-breakpoint
CREATE INDEX `alert_tell` ON `alert` (`tell_at`) WHERE tell IS NOT NULL;