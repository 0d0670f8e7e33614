CREATE TABLE `connection` (
	`id` text PRIMARY KEY NOT NULL,
	`participant` text NOT NULL,
	`adapter` text NOT NULL,
	`url` text,
	`deadline` integer NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `connection_participant` ON `connection` (`participant`,`id`);--> statement-breakpoint
CREATE TABLE `routing` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`rules` text NOT NULL,
	`reason` text NOT NULL,
	`operator` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `routing_version` ON `routing` (`version`);--> statement-breakpoint
CREATE TABLE `sandbox_order` (
	`key` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `account` ADD `reference` text;--> statement-breakpoint
ALTER TABLE `account` ADD `position` text;--> statement-breakpoint
ALTER TABLE `account` ADD `position_stripe` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `account_position` ON `account` (`owner`,`currency`) WHERE kind = 'position';--> statement-breakpoint
CREATE UNIQUE INDEX `account_external` ON `account` (`owner`,`currency`,`reference`) WHERE kind = 'external';