/** Where a request came from, as far as it can be known; used for counting failures, and for nothing else. */
import type { Config } from '../kernel/index.ts';

/**
 * The caller's address: from the header of a proxy that the deployment trusts, else Cloudflare's own word, else
 * the other end of the connection. An IPv6 caller has a whole network: its first four groups count.
 */
export function addressOf(request: Request, { addressHeader }: Config): string {
  const cf = request.cf as { clientIp?: string; colo?: string } | undefined;
  // A list ends with what the trusted proxy itself has seen.
  if (addressHeader) return networkOf(request.headers.get(addressHeader)?.split(',').at(-1)?.trim() ?? '');
  if (cf?.colo) return networkOf(request.headers.get('cf-connecting-ip') ?? '');
  return networkOf(cf?.clientIp?.replace(/:\d+$/, '') ?? '');
}

// Of the longest way to write an IPv6 address.
const lengthMax = 45;

export function networkOf(address: string): string {
  const text = address.replaceAll(/[[\]]/g, '');
  if (text.length > lengthMax || !text.includes(':') || text.includes('.')) return text.slice(0, lengthMax);
  const [head = '', tail] = text.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
