/** The hands at a counterpart's charger: `POST /` with a gesture as JSON, as the actuator `command` has it. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Gesture {
  gesture: string;
  evseId: number;
  token?: { idToken: string; type: string };
}

/** What people can do at the charger, by the name of the gesture. */
export type Gestures = Record<string, (gesture: Gesture) => void>;

/** Listens on 127.0.0.1 at a free port; answers 501 to a gesture that the charger has not. @returns the address */
export async function startBench(gestures: Gestures): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const gesture = JSON.parse(body) as Gesture;
      const make = gestures[gesture.gesture];
      make?.(gesture);
      response.writeHead(make ? 204 : 501).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
