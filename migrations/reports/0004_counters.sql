ALTER TABLE `watermark` ADD `counts` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX `delivery_oldest` ON `delivery` (`status`,`event`);