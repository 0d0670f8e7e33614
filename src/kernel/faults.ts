/**
 * A fault for the log: what failed, why and where. A failed query's message ends with the values it was given,
 * such as names, addresses and key hashes; they are left out.
 */
export function faultText(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  const text = (fault.stack ?? String(fault)).replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/, '');
  return fault.cause === undefined ? text : `${text}\ncaused by ${faultText(fault.cause)}`;
}
