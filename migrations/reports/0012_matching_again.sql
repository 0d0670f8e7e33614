-- Files that are not finished are matched from the beginning: what is noted between two steps has changed.
DELETE FROM `difference` WHERE status = 'open' AND file IN (SELECT id FROM `partner_file` WHERE status = 'matching');
--> statement-breakpoint
UPDATE `partner_row` SET transfer = NULL WHERE file IN (SELECT id FROM `partner_file` WHERE status = 'matching');
--> statement-breakpoint
UPDATE `partner_file` SET progress = '{"phase":"ours","kind":"payment","after":"","left":[]}',
  counters = '{"matched":{"id":0,"reference":0,"amount":0},"differences":{"missing_here":0,"missing_there":0,"amount":0,"status":0,"duplicate":0},"ours":{},"theirs":{}}'
WHERE status <> 'finished';
