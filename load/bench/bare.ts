/** The least that can be done: `ws` sockets, and a loop that sends at a rate and counts what comes back. */
import { WebSocket } from 'ws';
import { serveContender } from './contender.ts';

const sockets: WebSocket[] = [];
let got = 0;
let sent = 0;

serveContender({
  async connect(url, from, count) {
    const began = performance.now();
    await Promise.all(
      Array.from(
        { length: count },
        (_, i) =>
          new Promise<void>((resolve, reject) => {
            const socket = new WebSocket(`${url}/B${from + i}`, 'ocpp1.6', { perMessageDeflate: false });
            socket.on('message', () => {
              got++;
            });
            socket.on('open', () => resolve());
            socket.on('error', reject);
            sockets.push(socket);
          }),
      ),
    );
    return performance.now() - began;
  },
  async load(stations, rate, ms) {
    const [sentBefore, gotBefore] = [sent, got];
    const total = (rate * ms) / 1000;
    const began = performance.now();
    await new Promise<void>((resolve) => {
      const tick = () => {
        const due = Math.min(total, Math.floor(((performance.now() - began) * rate) / 1000) + 1);
        for (let n = sent - sentBefore; n < due; n++) {
          sockets[n % stations]?.send(`[2,"${++sent}","Heartbeat",{}]`);
        }
        if (sent - sentBefore < total) setTimeout(tick, 1);
        else resolve();
      };
      tick();
    });
    while (got - gotBefore < total) await new Promise((resolve) => setTimeout(resolve, 1));
    return total;
  },
});
