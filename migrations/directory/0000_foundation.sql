CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`owner` text NOT NULL,
	`currency` text NOT NULL,
	`label` text,
	`books` text NOT NULL,
	`limit_minor` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `account_owner` ON `account` (`owner`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `account_funding` ON `account` (`owner`,`currency`) WHERE kind = 'funding';--> statement-breakpoint
CREATE TABLE `callback_endpoint` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`url` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `callback_endpoint_owner` ON `callback_endpoint` (`owner`,`id`);--> statement-breakpoint
CREATE TABLE `api_key` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`kind` text NOT NULL,
	`owner` text NOT NULL,
	`role` text NOT NULL,
	`till` text,
	`label` text,
	`revoked_at` integer,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_hash` ON `api_key` (`hash`);--> statement-breakpoint
CREATE INDEX `api_key_owner` ON `api_key` (`owner`,`id`);--> statement-breakpoint
CREATE TABLE `merchant` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`city` text NOT NULL,
	`country` text NOT NULL,
	`category_code` text NOT NULL,
	`language` text NOT NULL,
	`currency` text NOT NULL,
	`account` text NOT NULL,
	`acquirer` text,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `operator` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `operator_email` ON `operator` (`owner`,`email`);--> statement-breakpoint
CREATE TABLE `participant` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`country` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `store` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant` text NOT NULL,
	`name` text NOT NULL,
	`address` text,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `store_merchant` ON `store` (`merchant`,`id`);--> statement-breakpoint
CREATE TABLE `till` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant` text NOT NULL,
	`store` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `till_store` ON `till` (`store`,`id`);