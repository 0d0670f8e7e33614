CREATE TABLE `report_job` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`report` text NOT NULL,
	`format` text NOT NULL,
	`query` text NOT NULL,
	`status` text NOT NULL,
	`started_by` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`complete_up_to` integer NOT NULL,
	`steps` integer NOT NULL,
	`attempts` integer NOT NULL,
	`position` text,
	`file` text NOT NULL,
	`pieces` integer NOT NULL,
	`rows` integer NOT NULL,
	`bytes` integer NOT NULL,
	`totals` text NOT NULL,
	`written` integer NOT NULL,
	`sha256` text
);
--> statement-breakpoint
CREATE INDEX `report_job_owner` ON `report_job` (`owner`,`id`);--> statement-breakpoint
CREATE INDEX `report_job_status` ON `report_job` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `report_piece` (
	`job` text NOT NULL,
	`number` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`job`, `number`)
);
