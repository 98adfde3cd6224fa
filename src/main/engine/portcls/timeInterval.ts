/** PcGetTimeInterval. Specification 7.2. */

/** Scales of a time interval: 100 ns units in a second, millisecond and microsecond. */
export const GTI = { SECONDS: 10_000_000n, MILLISECONDS: 10_000n, MICROSECONDS: 10n } as const;

/** 1601-01-01 to 1970-01-01 in 100 ns units. */
const UNIX_EPOCH = 116_444_736_000_000_000n;

/** 100 ns units since 1601-01-01: more than a double can count. */
export function systemTime(): bigint {
  return UNIX_EPOCH + BigInt(Date.now()) * GTI.MILLISECONDS;
}

/** Time passed since `since`, in 100 ns units; `since` 0n = 1601-01-01. */
export function getTimeInterval(since: bigint, now: bigint = systemTime()): bigint {
  return now - since;
}
