/** Institutions outside, in a sandbox: an issuer that keeps its payers' accounts, an acquirer of other schemes. */
import type { Api } from './api.ts';

export interface Outside {
  /** Kept at their issuer: payments from them are asked of it. */
  accounts: { id: string; participant: string; currency: string; reference: string }[];
  /** Codes of other schemes that a partner credits. */
  codes: { profile: string; currency: string; qr: string }[];
}

// Printed codes: a phone number in Thailand, a till in Cambodia.
const codes: Outside['codes'] = [
  {
    profile: 'promptpay',
    currency: 'THB',
    qr: '00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF',
  },
  {
    profile: 'khqr',
    currency: 'USD',
    qr: '00020101021130640009khqr@aclb0111855124649060215ACLEDA Bank Plc051385500000019425204593153038405802KH5912KHQR TESTING6010Phnom Penh6102126213020901753577164360002KM0112KHQR TESTING0210Phnom Penh6304AC1C',
  },
];
const cap = 100_000_000;

/** `issuer` and `acquirer` take part already, with a key; the adapter of both is the sandbox's. */
export async function seedPartners(
  api: Api,
  issuer: { id: string; api: Api },
  acquirer: string,
): Promise<Outside> {
  const connect = (participant: string) =>
    api.post('/v1/centre/connections', { participant, adapter: 'sandbox' });
  const [debits, credits] = await Promise.all([connect(issuer.id), connect(acquirer)]);
  await Promise.all([
    ...['KGS', 'THB', 'USD'].map((currency) =>
      api.post('/v1/centre/positions', { participant: issuer.id, currency, cap }),
    ),
    ...codes.map(({ currency }) => api.post('/v1/centre/positions', { participant: acquirer, currency })),
  ]);
  const { version } = await api.get('/v1/centre/routing');
  await api.post('/v1/centre/routing', {
    based_on: version,
    reason: 'The sandbox’s partners',
    payers: [{ participant: issuer.id, connection: debits.id }],
    merchants: codes.map(({ profile }) => ({ profile, connection: credits.id })),
  });
  const accounts = await Promise.all(
    ['KGS', 'THB', 'USD'].map(async (currency, index) => {
      const reference = `TS-${index + 1}`;
      const { id } = await issuer.api.post('/v1/accounts', { currency, reference });
      return { id, participant: issuer.id, currency, reference };
    }),
  );
  return { accounts, codes };
}
