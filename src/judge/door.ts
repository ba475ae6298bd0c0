/** The door of the CSMS that plugproof plays: what each charger has to show, and which the other side may change. */
import { basicToken, type SystemUnderTest } from '../sut/system-under-test.ts';
import type { Admission, HandshakeRequest } from '../wire/transport.ts';

/** How a case answers who knocks, in place of letting him in. */
export interface DoorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is left open behind the answer, and what comes on it is seen. */
  readonly keeps?: true;
}

/** Undefined for a request that is served as ever. */
export type DoorAnswers = (request: HandshakeRequest) => DoorAnswer | undefined;

export type Answered = Extract<Admission, { admit: false }>;

/** What one charger has to show; a case changes it where the charger was told to change. */
export interface Door {
  profile: SystemUnderTest['securityProfile'];
  /** Undefined where any will do. */
  password: Uint8Array | undefined;
  /** A certificate of profile 3 is good whatever TLS has against it. */
  forgiving?: boolean;
}

export class Doors {
  readonly #first: (identity: string) => Door;
  readonly #doors = new Map<string, Door>();

  /** @param first how the door is before anything has changed */
  constructor(first: (identity: string) => Door = () => ({ profile: 0, password: undefined })) {
    this.#first = first;
  }

  of(identity: string): Door {
    let door = this.#doors.get(identity);
    if (door === undefined) {
      door = { ...this.#first(identity) };
      this.#doors.set(identity, door);
    }
    return door;
  }
}

/** Why a charger is not let in, in words; undefined where it is. */
export function refusalAt(door: Door, identity: string, request: HandshakeRequest): string | undefined {
  const { profile, password } = door;
  const { secured, certificate, headers } = request;
  if (profile >= 2 && secured === undefined) return `it comes without TLS, and security profile ${profile} wants it`;
  if (profile === 1 && secured !== undefined) return 'it comes over TLS, which security profile 1 is without';
  if (profile === 3) {
    if (certificate === undefined) return 'it shows no certificate';
    return door.forgiving ? undefined : certificate.flaw && `its certificate is not good: ${certificate.flaw}`;
  }
  if (profile === 0 || password === undefined) return undefined;
  const given = headers['authorization'];
  if (given === undefined) return 'it comes without a password';
  return given === `Basic ${basicToken(identity, password)}`
    ? undefined
    : `its credentials are not those of ${identity}`;
}
