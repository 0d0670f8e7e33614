CREATE TABLE `callback_resend` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`endpoint` text,
	`type` text,
	`missed_only` integer NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL,
	`status` text NOT NULL,
	`cursor` text NOT NULL,
	`events` integer NOT NULL,
	`deliveries` integer NOT NULL,
	`started_by` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `callback_resend_owner` ON `callback_resend` (`owner`,`id`);--> statement-breakpoint
CREATE INDEX `delivery_endpoint` ON `delivery` (`endpoint`,`status`);