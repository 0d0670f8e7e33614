CREATE TABLE `approval` (
	`id` text PRIMARY KEY NOT NULL,
	`action` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`object` text,
	`status` text NOT NULL,
	`for_administrators` integer NOT NULL,
	`made_by` text NOT NULL,
	`made_with` text NOT NULL,
	`reason` text,
	`sealed` text,
	`request` text NOT NULL,
	`changes` text,
	`decided_by` text,
	`decided_at` integer,
	`note` text,
	`tried_at` integer,
	`result_status` integer,
	`result` text,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `approval_status` ON `approval` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `approval_maker` ON `approval` (`made_by`,`id`);--> statement-breakpoint
CREATE INDEX `approval_object` ON `approval` (`object`,`id`);--> statement-breakpoint
CREATE INDEX `approval_request` ON `approval` (`request`);--> statement-breakpoint
CREATE UNIQUE INDEX `approval_open` ON `approval` (`made_by`,`request`) WHERE status = 'proposed';