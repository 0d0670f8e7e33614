CREATE TABLE `limit_rule` (
	`revision` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`rule` text NOT NULL,
	`version` integer NOT NULL,
	`scope` text NOT NULL,
	`subject` text,
	`currency` text NOT NULL,
	`direction` text NOT NULL,
	`measure` text NOT NULL,
	`threshold` integer NOT NULL,
	`window_seconds` integer,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `limit_rule_version` ON `limit_rule` (`rule`,`version`);