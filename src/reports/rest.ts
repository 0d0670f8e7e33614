/** Payments come first: between two steps the switch is left alone for as long as the step took, within these bounds. */
const restMsMin = 20;
const restMsMax = 200;

/** Waits between steps of work in the background, the last of which began at a time. */
export async function restSince(beganMs: number): Promise<void> {
  const tookMs = Math.min(restMsMax, Math.max(restMsMin, Date.now() - beganMs));
  await new Promise((resolve) => setTimeout(resolve, tookMs * (0.75 + Math.random() / 2)));
}
