/** The centre's desk: what was told of a payment. */
export const centre = `
.told > li { display: block; }
.told-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: flex-start; gap: var(--space-2); }
.told-head > div { flex: 1 1 200px; }
`;
