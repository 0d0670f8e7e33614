CREATE TABLE `report_run` (
	`id` text PRIMARY KEY NOT NULL,
	`schedule` text NOT NULL,
	`due_at` integer NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`from_ms` integer NOT NULL,
	`before_ms` integer NOT NULL,
	`status` text NOT NULL,
	`job` text NOT NULL,
	`refusal` text,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `report_run_due` ON `report_run` (`schedule`,`due_at`);--> statement-breakpoint
CREATE INDEX `report_run_status` ON `report_run` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `report_schedule` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`report` text NOT NULL,
	`format` text NOT NULL,
	`language` text,
	`filters` text NOT NULL,
	`covers` text NOT NULL,
	`every` text NOT NULL,
	`weekday` text,
	`month_day` integer,
	`at` text NOT NULL,
	`zone` text NOT NULL,
	`endpoint` text,
	`status` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`next_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `report_schedule_next` ON `report_schedule` (`status`,`next_at`);--> statement-breakpoint
ALTER TABLE `report_job` ADD `language` text;