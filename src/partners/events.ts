/**
 * What positions have to tell: that a stripe of one has gone across 75 or 90 % of its part of the net debit cap, by a
 * payment or by what it lends another. The cap of all is reached when the last of them has gone across.
 */
import type { EventSource } from '../events/index.ts';
import type { HoldBody } from '../ledger/index.ts';

export const alertLevels = [90, 75] as const;

/** Told to its owner and to the centre, once for each crossing: a second one needs money to come in between. */
export const positionEvents: EventSource = ({ kind, account, stripe, owner, currency }, entry) => {
  if (kind !== 'position' || entry.type !== 'hold') return [];
  const { capMinor = 0 }: HoldBody = JSON.parse(entry.body);
  const level = crossed(BigInt(capMinor), entry.available - entry.availableDelta, entry.available);
  if (level === undefined) return [];
  const money = (minor: bigint) => ({ amount: Number(minor), currency });
  const data = {
    id: account,
    participant: owner,
    stripe,
    level,
    cap: money(BigInt(capMinor)),
    used: money(-entry.available),
    left: money(BigInt(capMinor) + entry.available),
  };
  return [owner, 'centre'].map((told) => ({ type: 'position.alert', owner: told, data }));
};

/** The highest level that was crossed on the way down. */
export const crossed = (capMinor: bigint, before: bigint, after: bigint): number | undefined =>
  alertLevels.find((level) => {
    const mark = -capMinor * BigInt(level);
    return capMinor > 0n && after * 100n <= mark && before * 100n > mark;
  });
