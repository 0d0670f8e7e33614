ALTER TABLE `transfer` ADD `payment` text;--> statement-breakpoint
CREATE INDEX `transfer_refund` ON `transfer` (`payment`) WHERE payment IS NOT NULL;
