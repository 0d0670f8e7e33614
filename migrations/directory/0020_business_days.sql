CREATE TABLE `business_day` (
	`id` text PRIMARY KEY NOT NULL,
	`day` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`text` text,
	`signature` text,
	`key_id` text,
	`made_by` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `business_day_version` ON `business_day` (`day`,`version`);