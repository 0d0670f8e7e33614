CREATE TABLE `rollup` (
	`hour` integer NOT NULL,
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
	PRIMARY KEY(`hour`, `merchant`, `participant`, `kind`, `currency`, `status`, `refusal`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `rollup`
SELECT ended_at / 3600000, iif(whole, '*', coalesce(merchant, '')), participant, kind, currency, status,
  coalesce(refusal, ''), count(*), sum(amount), sum(tip), iif(whole, NULL, max(merchant_name))
FROM `transfer` CROSS JOIN (SELECT 0 AS whole UNION ALL SELECT 1)
WHERE ended_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7;
