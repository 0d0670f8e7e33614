/** Hears of an order over a WebSocket, as it happens. It adds speed, not truth: who asks needs no socket. */
import type { SaleOrder } from '../sale.ts';
import { wake } from './line.ts';

export interface Listening {
  readonly order: string;
  isOpen(): boolean;
  close(): void;
}

export function listen(merchant: string, order: string, told: (order: SaleOrder) => void): Listening {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const path = `/v1/merchants/${merchant}/live?order=${order}`;
  const socket = new WebSocket(`${scheme}://${location.host}${path}`, 'tolom');
  socket.addEventListener('message', ({ data }) => {
    const { type, data: about } = JSON.parse(String(data)) as { type: string; data?: SaleOrder };
    if (type.startsWith('order.') && about?.id === order) told(about);
    // Something may have been missed: ask.
    if (type === 'resync') wake();
  });
  let closed = false;
  socket.addEventListener('close', () => {
    if (!closed) wake();
  });
  return {
    order,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close() {
      closed = true;
      // One that is closed while it opens is complained of in the console.
      if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', () => socket.close());
      else socket.close();
    },
  };
}
