CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`who` text NOT NULL,
	`api_key` text NOT NULL,
	`action` text NOT NULL,
	`request` text NOT NULL,
	`reason` text,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`before` text,
	`after` text,
	`hash` text
);
--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor`,`seq`);--> statement-breakpoint
CREATE TRIGGER `audit_never_deleted` BEFORE DELETE ON `audit`
BEGIN
	SELECT RAISE(ABORT, 'records of the audit log are never deleted');
END;--> statement-breakpoint
CREATE TRIGGER `audit_never_changed` BEFORE UPDATE ON `audit`
WHEN OLD.`hash` IS NOT NULL OR (OLD.`after` IS NOT NULL AND NEW.`after` IS NOT OLD.`after`)
BEGIN
	SELECT RAISE(ABORT, 'records of the audit log are never changed');
END;
