CREATE TABLE `presenter` (
	`locator` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`confirm_above` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `presenter_account` ON `presenter` (`id`);