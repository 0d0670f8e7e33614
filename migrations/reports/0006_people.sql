ALTER TABLE `transfer` ADD `person` text;--> statement-breakpoint
ALTER TABLE `transfer` ADD `code` text;--> statement-breakpoint
CREATE INDEX `transfer_person` ON `transfer` (`person`,`id`) WHERE person IS NOT NULL;