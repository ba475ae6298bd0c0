/** The server of the bench, in a process of its own: answers every CALL with as little work as can be. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const ANSWERS: Readonly<Record<string, string>> = {
  BootNotification: '{"status":"Accepted","interval":86400,"currentTime":"2026-01-01T00:00:00Z"}',
  Heartbeat: '{"currentTime":"2026-01-01T00:00:00Z"}',
};

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const [, id, action] = JSON.parse(data.toString()) as [number, string, string];
    socket.send(`[3,"${id}",${ANSWERS[action] ?? '{}'}]`);
  });
});
server.on('listening', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
