CREATE TABLE `event_0` (
	`owner` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`object` text NOT NULL,
	`body` text NOT NULL,
	`attempts` text NOT NULL,
	PRIMARY KEY(`owner`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `event_1` (
	`owner` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`object` text NOT NULL,
	`body` text NOT NULL,
	`attempts` text NOT NULL,
	PRIMARY KEY(`owner`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `event_2` (
	`owner` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`object` text NOT NULL,
	`body` text NOT NULL,
	`attempts` text NOT NULL,
	PRIMARY KEY(`owner`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `delivery` ADD `due_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `delivery_status` ON `delivery` (`status`,`due_at`);--> statement-breakpoint
DELETE FROM `delivery` WHERE `status` = 'delivered';
