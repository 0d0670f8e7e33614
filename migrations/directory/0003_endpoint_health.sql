ALTER TABLE `callback_endpoint` ADD `failing_since` integer;--> statement-breakpoint
ALTER TABLE `callback_endpoint` ADD `slow` integer DEFAULT false NOT NULL;