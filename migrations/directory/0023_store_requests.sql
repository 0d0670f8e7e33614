ALTER TABLE `refund_request` ADD `store` text;--> statement-breakpoint
UPDATE `refund_request` SET `store` = (SELECT `store` FROM `till` WHERE `till`.`id` = `refund_request`.`till`);
