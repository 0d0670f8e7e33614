CREATE TABLE `code` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`note` text,
	`store` text,
	`till` text,
	`amount` integer,
	`reference` text,
	`status` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `code_merchant` ON `code` (`merchant`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `code_sticker` ON `code` (`till`) WHERE kind = 'sticker' AND status <> 'revoked';