/** How a code is shown: its digits, or an EMV consumer-presented QR code around them. */
import { decodePresented, encodePresented } from '../emv/index.ts';
import { ok, type Result, refuse } from '../kernel/index.ts';
import { codeLength } from './code.ts';

// An application identifier of the proprietary category (ISO/IEC 7816-4: its first digit is F), then "TOLOM".
const applicationId = 'F0544F4C4F4D';
const label = 'TOLOM';

const digitsForm = new RegExp(`^\\d{${codeLength}}$`);

/** The text of the QR code. The digits travel as issuer application data, which registers pass on unread. */
export const qrTextOf = (digits: string): string =>
  encodePresented({
    applications: [
      {
        fields: { applicationDefinitionFileName: applicationId, applicationLabel: label },
        transparent: { issuerApplicationData: digits },
      },
    ],
    common: null,
  });

/** The digits in what a register has scanned, blanks between them aside. */
export function digitsIn(scanned: string): Result<string> {
  const bare = scanned.replaceAll(/\s/g, '');
  if (digitsForm.test(bare)) return ok(bare);
  const code = decodePresented(bare);
  if (!code) return refuse('code.unknown', 'neither twenty digits nor a consumer-presented QR code');
  const own = code.applications.find(({ fields }) => fields.applicationDefinitionFileName === applicationId);
  if (!own) return refuse('qr.scheme_not_routed', 'a code of another scheme’s wallet');
  const digits = own.transparent.issuerApplicationData ?? '';
  return digitsForm.test(digits) ? ok(digits) : refuse('code.unknown');
}
