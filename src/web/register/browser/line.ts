/** Whether there is a connection, as far as anybody can know; and waiting until it is worth asking again. */
type Told = (online: boolean) => void;

const listeners = new Set<Told>();
let online = navigator.onLine;

/** Ends every pause: there is news. */
export const wake = (): boolean => dispatchEvent(new Event('worth-asking'));

/** Says that a call got through, or did not. */
export function noticed(reached: boolean): void {
  if (reached === online) return;
  online = reached;
  for (const told of listeners) told(online);
}

export function onLine(told: Told): void {
  listeners.add(told);
  told(online);
}

addEventListener('offline', () => noticed(false));
// The network is back; whether the switch is, only a call shows.
addEventListener('online', wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wake();
});

/** After so long, or as soon as the network or the person comes back. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('worth-asking', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('worth-asking', end);
  });
}
