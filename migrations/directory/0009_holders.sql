CREATE TABLE `holder` (
	`id` text PRIMARY KEY NOT NULL,
	`participant` text NOT NULL,
	`sealed` text NOT NULL,
	`sealed_by` text NOT NULL,
	`phone_hash` text,
	`document_hash` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `holder_phone` ON `holder` (`phone_hash`,`id`);--> statement-breakpoint
CREATE INDEX `holder_document` ON `holder` (`document_hash`,`id`);