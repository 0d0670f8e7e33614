/**
 * The ground floor: words every other floor speaks. Money, ids, refusals, time, configuration.
 * Pure and small; imports nothing of ours.
 */
export * from './assert.ts';
export * from './cache.ts';
export * from './config.ts';
export * from './encoding.ts';
export * from './faults.ts';
export * from './ids.ts';
export * from './log.ts';
export * from './money.ts';
export * from './refusals.ts';
export * from './zone.ts';
