import { describe, expect, test } from 'vitest';
import { urlProblem } from '../../src/callbacks/target-url.ts';

describe('production sends to', () => {
  test.each([
    'https://receiver.example/hook',
    'https://receiver.example:8443/hook?merchant=1',
    'https://төлөм.kg/чакыруу',
    'https://xn--e1afmkfd.xn--p1ai/',
    'https://a.b.c.receiver.example.',
    'https://internal.example/',
    'https://localhost.example/',
    'https://10.example/',
  ])('%s', (url) => {
    expect(urlProblem(url, 'production')).toBeUndefined();
  });
});

describe('production does not send to', () => {
  const rows: [url: string, why: RegExp][] = [
    ['', /not a URL/],
    ['receiver.example', /not a URL/],
    ['https://', /not a URL/],
    [`https://receiver.example/${'a'.repeat(2_000)}`, /not a URL/],
    ['http://receiver.example/', /not https/],
    ['HTTP://receiver.example/', /not https/],
    ['ftp://receiver.example/', /not https/],
    ['file:///etc/passwd', /not https/],
    ['javascript:alert(1)', /not https/],
    ['data:text/plain,x', /not https/],
    ['https://user@receiver.example/', /password/],
    ['https://user:secret@receiver.example/', /password/],
    ['https://receiver.example@127.0.0.1/', /password/],
    ['https://receiver.example/#fragment', /fragment/],
    // IPv4 in every spelling a URL parser reads.
    ['https://127.0.0.1/', /IP address/],
    ['https://127.0.0.1./', /IP address/],
    ['https://127.1/', /IP address/],
    ['https://0/', /IP address/],
    ['https://2130706433/', /IP address/],
    ['https://0x7f000001/', /IP address/],
    ['https://0x7f.1/', /IP address/],
    ['https://0177.0.0.1/', /IP address/],
    ['https://①②⑦.0.0.1/', /IP address/],
    ['https://127。0。0。1/', /IP address/],
    ['https://%31%32%37.0.0.1/', /IP address/],
    ['https://10.0.0.1/', /IP address/],
    ['https://192.168.1.1:8443/', /IP address/],
    ['https://169.254.169.254/latest/meta-data/', /IP address/],
    ['https://8.8.8.8/', /IP address/],
    // IPv6, the mapped and translated forms too.
    ['https://[::1]/', /IP address/],
    ['https://[::]/', /IP address/],
    ['https://[fe80::1]/', /IP address/],
    ['https://[fd00::1]/', /IP address/],
    ['https://[::ffff:127.0.0.1]/', /IP address/],
    ['https://[::ffff:7f00:1]/', /IP address/],
    ['https://[64:ff9b::7f00:1]/', /IP address/],
    // Names that only this machine or a private network knows.
    ['https://localhost/', /private network/],
    ['https://LOCALHOST/', /private network/],
    ['https://localhost./', /private network/],
    ['https://localhost../', /private network/],
    ['https://ｌocalhost/', /private network/],
    ['https://shop.localhost/', /private network/],
    ['https://intranet/', /private network/],
    ['https://metadata.google.internal/', /private network/],
    ['https://metadata.google.internal./', /private network/],
    ['https://printer.local/', /private network/],
    ['https://router.lan/', /private network/],
    ['https://wiki.corp/', /private network/],
    ['https://wiki.intranet/', /private network/],
    ['https://nas.home/', /private network/],
    ['https://nas.home.arpa/', /private network/],
  ];
  test.each(rows)('%s', (url, why) => {
    expect(urlProblem(url, 'production')).toMatch(why);
  });
});

describe('a sandbox sends to this machine too, but to nothing other than http', () => {
  test.each([
    'http://127.0.0.1:9000/hook',
    'http://localhost/',
    'https://receiver.example/',
    'http://[::1]:1/',
  ])('%s', (url) => {
    expect(urlProblem(url, 'sandbox')).toBeUndefined();
  });
  test.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user@127.0.0.1/', 'http://127.0.0.1/#x', 'x'])(
    'not to %s',
    (url) => {
      expect(urlProblem(url, 'sandbox')).toBeTypeOf('string');
    },
  );
});
