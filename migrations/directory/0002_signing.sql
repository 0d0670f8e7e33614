CREATE TABLE `signing_key` (
	`id` text PRIMARY KEY NOT NULL,
	`participant` text NOT NULL,
	`public_key` text NOT NULL,
	`label` text,
	`not_after` integer,
	`revoked_at` integer,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_key_public` ON `signing_key` (`public_key`);--> statement-breakpoint
CREATE INDEX `signing_key_participant` ON `signing_key` (`participant`,`id`);--> statement-breakpoint
ALTER TABLE `participant` ADD `require_signature` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `participant` ADD `certificates` text DEFAULT '[]' NOT NULL;