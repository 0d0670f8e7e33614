CREATE TABLE `delivery` (
	`id` text PRIMARY KEY NOT NULL,
	`event` text NOT NULL,
	`type` text NOT NULL,
	`endpoint` text NOT NULL,
	`owner` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`last_status` integer,
	`last_error` text,
	`body` text,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `delivery_owner` ON `delivery` (`owner`,`event`);--> statement-breakpoint
CREATE TABLE `note` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `transfer` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`amount` integer NOT NULL,
	`tip` integer NOT NULL,
	`currency` text NOT NULL,
	`debtor` text NOT NULL,
	`creditor` text NOT NULL,
	`creditor_stripe` integer NOT NULL,
	`participant` text NOT NULL,
	`merchant` text,
	`merchant_name` text,
	`store` text,
	`till` text,
	`order_id` text,
	`order_reference` text,
	`reference` text,
	`scheme` text,
	`refusal` text,
	`created_at` integer NOT NULL,
	`ended_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `transfer_merchant` ON `transfer` (`merchant`,`id`);--> statement-breakpoint
CREATE INDEX `transfer_participant` ON `transfer` (`participant`,`id`);--> statement-breakpoint
CREATE TABLE `watermark` (
	`book` integer PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
