ALTER TABLE `store` ADD `status` text DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE `till` ADD `status` text DEFAULT 'open' NOT NULL;