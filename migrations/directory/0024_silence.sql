ALTER TABLE `connection` ADD `silent_since` integer;--> statement-breakpoint
CREATE INDEX `callback_endpoint_failing` ON `callback_endpoint` (`failing_since`) WHERE failing_since IS NOT NULL;