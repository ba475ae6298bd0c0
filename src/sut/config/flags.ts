/** Options of `test` and their like, as the command line gives them: each wins over its key in plugproof.yaml. */

export interface Flags {
  readonly url?: string;
  readonly listen?: string;
  readonly ocpp?: readonly string[];
  readonly id?: readonly string[];
  readonly securityProfile?: string | readonly string[];
  readonly password?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly caKey?: string;
  readonly clientCa?: string;
  readonly clientCaKey?: string;
  readonly edition?: string;
  readonly case?: readonly string[];
  readonly suite?: readonly string[];
  readonly skip?: readonly string[];
  readonly profile?: readonly string[];
  readonly driver?: string;
  readonly driverUrl?: string;
  readonly actuator?: string;
  readonly actuatorUrl?: string;
  readonly jobs?: string;
  readonly strict?: boolean;
  readonly sample?: string;
  readonly iOwnThisSystem?: boolean;
  readonly baseline?: string;
  readonly seed?: string;
  readonly timeout?: string;
  readonly schemas?: string;
  readonly out?: string;
  readonly report?: readonly string[];
}
