CREATE TABLE `listener` (
	`merchant` text PRIMARY KEY NOT NULL,
	`until` integer NOT NULL,
	`gaps` integer DEFAULT 0 NOT NULL
);
