/**
 * Where callbacks and partners’ requests may go. Production: https, and no address of a private network written in the URL; the
 * network layer of the runtime refuses names that resolve to one. A sandbox may call this machine.
 */
import type { Mode } from '../kernel/index.ts';

const urlLengthMax = 2_000;

/** Why nothing is sent there; undefined when something may be. */
export function urlProblem(text: string, mode: Mode): string | undefined {
  if (text.length > urlLengthMax || !URL.canParse(text)) return 'not a URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'a URL must not hold a password';
  if (url.hash !== '') return 'a URL must not hold a fragment';
  if (mode === 'sandbox') {
    return url.protocol === 'https:' || url.protocol === 'http:' ? undefined : 'neither https nor http';
  }
  if (url.protocol !== 'https:') return 'not https';
  if (isAddress(url.hostname)) return 'an IP address: use a host name';
  if (isLocalName(url.hostname)) return 'a name of this machine or a private network';
  return undefined;
}

// The URL parser has already turned every spelling of an IPv4 address (0x7f.1, 2130706433) into four numbers.
const isAddress = (hostname: string): boolean =>
  /^\d+\.\d+\.\d+\.\d+$/.test(hostname) || hostname.startsWith('[');

// RFC 6761 and 6762 (appendix G), RFC 8375: names that only a private network gives out.
const privateZones = /\.(localhost|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

const isLocalName = (hostname: string): boolean => {
  const name = hostname.replace(/\.+$/, '');
  return !name.includes('.') || privateZones.test(name);
};
