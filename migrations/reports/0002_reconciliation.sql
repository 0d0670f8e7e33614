CREATE TABLE `reconciliation` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`started_by` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`steps` integer NOT NULL,
	`progress` text NOT NULL,
	`counters` text NOT NULL,
	`findings` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `watermark` ADD `announced` integer DEFAULT 0 NOT NULL;