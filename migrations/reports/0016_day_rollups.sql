CREATE TABLE `rollup_day` (
	`day` text NOT NULL,
	`merchant` text NOT NULL,
	`participant` text NOT NULL,
	`kind` text NOT NULL,
	`currency` text NOT NULL,
	`status` text NOT NULL,
	`refusal` text NOT NULL,
	`count` integer NOT NULL,
	`sum` integer NOT NULL,
	`tips` integer NOT NULL,
	`name` text,
	PRIMARY KEY(`day`, `merchant`, `participant`, `kind`, `currency`, `status`, `refusal`)
) WITHOUT ROWID;
