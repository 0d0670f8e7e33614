CREATE TABLE `difference` (
	`id` text PRIMARY KEY NOT NULL,
	`file` text NOT NULL,
	`participant` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`action` text NOT NULL,
	`line` integer,
	`key` text,
	`transfer` text,
	`currency` text NOT NULL,
	`ours` integer,
	`theirs` integer,
	`our_status` text,
	`their_status` text,
	`proposal` text,
	`refund` text,
	`created_at` integer NOT NULL,
	`history` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `difference_file` ON `difference` (`file`,`id`);--> statement-breakpoint
CREATE INDEX `difference_status` ON `difference` (`status`,`id`);--> statement-breakpoint
CREATE TABLE `partner_file` (
	`id` text PRIMARY KEY NOT NULL,
	`participant` text NOT NULL,
	`format` text NOT NULL,
	`name` text NOT NULL,
	`from_at` integer NOT NULL,
	`before_at` integer NOT NULL,
	`status` text NOT NULL,
	`made_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`parts` text NOT NULL,
	`bytes` integer NOT NULL,
	`place` text NOT NULL,
	`carry` text NOT NULL,
	`rows` integer NOT NULL,
	`unread_count` integer NOT NULL,
	`unread` text NOT NULL,
	`steps` integer NOT NULL,
	`progress` text NOT NULL,
	`counters` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `partner_row` (
	`file` text NOT NULL,
	`line` integer NOT NULL,
	`key` text,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`kind` text,
	`status` text NOT NULL,
	`earliest` integer,
	`latest` integer,
	`transfer` text,
	PRIMARY KEY(`file`, `line`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `partner_row_key` ON `partner_row` (`file`,`key`);--> statement-breakpoint
CREATE INDEX `partner_row_open` ON `partner_row` (`file`,`amount`,`earliest`) WHERE transfer IS NULL;