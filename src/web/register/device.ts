/** What a device keeps of itself, as cookies of the register: the till it stands at, and how wide its receipts are. */
export const tillCookie = 'tolom_till';
export const paperCookie = 'tolom_paper';

/** Rolls of receipt printers, in millimetres. */
export const papers = ['58', '80'] as const;
export type Paper = (typeof papers)[number];
