/**
 * A fault for the log: what failed, why and where. A failed query's message ends with the values it was given,
 * such as names, addresses and key hashes, and that of a text that is not JSON quotes it; they are left out.
 */
export function faultText(fault: unknown): string {
  if (!(fault instanceof Error)) return typeof fault;
  const told =
    fault instanceof SyntaxError ? /: [\s\S]*?(?=\n {4}at |$)/ : /\nparams: [\s\S]*?(?=\n {4}at |$)/;
  const text = (fault.stack ?? String(fault)).replace(told, '');
  return fault.cause === undefined ? text : `${text}\ncaused by ${faultText(fault.cause)}`;
}
