/** What a charger asks of whoever dials for it, on either engine. */
import type { StationPlan } from './fleet-plan.ts';

export const NORMAL_CLOSE = 1000;
export interface ChargerSocket {
  /** False as soon as a close is under way. */
  readonly open: boolean;
  transmit(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Who owns a socket. */
export interface SocketOwner {
  readonly plan: StationPlan;
  opened(socket: ChargerSocket, connectMs: number): void;
  failed(code: string): void;
  message(text: string): void;
  /** A message that is no text, and so no frame (Part 4, 4.1.1). */
  binary(): void;
  closed(code: number): void;
}

export interface Connector {
  dial(owner: SocketOwner): void;
  /** Gives up a dial that is under way; `failed` follows. */
  abandon(owner: SocketOwner): void;
}
