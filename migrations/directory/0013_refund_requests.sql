CREATE TABLE `refund_request` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant` text NOT NULL,
	`payment` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`reason` text,
	`reference` text,
	`made_by` text NOT NULL,
	`person` text,
	`till` text,
	`status` text NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`note` text,
	`refund` text,
	`refusal` text,
	`idempotency_key` text NOT NULL,
	`request` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `refund_request_merchant` ON `refund_request` (`merchant`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `refund_request_key` ON `refund_request` (`merchant`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `refund_request_unfinished` ON `refund_request` (`id`) WHERE status = 'approved' AND refund IS NULL;