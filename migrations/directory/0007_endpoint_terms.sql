ALTER TABLE `callback_endpoint` ADD `types` text;--> statement-breakpoint
ALTER TABLE `callback_endpoint` ADD `previous_secret` text;--> statement-breakpoint
ALTER TABLE `callback_endpoint` ADD `previous_until` integer;--> statement-breakpoint
ALTER TABLE `callback_endpoint` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `callback_endpoint` ADD `silent_until` integer;