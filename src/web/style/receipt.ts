/** The receipt: one narrow card on a screen, and nothing but black on white on paper of 58 or 80 millimetres. */
export const receipt = `
.receipt .qr { max-width: 240px; }
.receipt .amount { margin-top: var(--space-2); }
@media print {
  @page { margin: 3mm; }
  .receipt { max-width: 72mm; padding: 0; color: #000; background: #fff; font-size: 9pt; }
  .receipt .card { border: 0; box-shadow: none; padding: 0; background: #fff; color: #000; }
  .receipt .amount { font-size: 16pt; color: #000; }
  .receipt .amount.long { font-size: 11pt; }
  .receipt .facts dt, .receipt .soft { color: #000; }
  .receipt .qr { max-width: 36mm; border: 0; }
  .receipt .tick, .receipt ~ .foot { display: none; }
}
`;
