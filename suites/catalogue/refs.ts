/** References as checks cite them: requirement ids, sections of the documents, fields of messages. */

import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { ocppVersions } from '../../src/dialects/dialect.ts';
import { nearest } from '../../src/nearest.ts';
import { hasField, topFields } from './fields.ts';
import { requirements } from './requirements.ts';
import table from './sections.json' with { type: 'json' };
import { once, words } from './table.ts';

/**
 * Whether `ref` is something that exists in `version`:
 * - 1.6: a section of the specification `4.2`, of OCPP-J `J 4.2.3`, of their errata sheets `E 3.18`, `JE 3.1`, or a section or
 *   requirement of the security whitepaper `W 2.3`, `W A00.FR.201`
 * - 2.x: a requirement id `B01.FR.02`, or a section of Part 4 `P4 4.1.4`
 * - any: a section of `RFC6455` (WebSocket), `RFC7692` (its compression), `RFC5246` or `RFC8446` (TLS 1.2, 1.3), `RFC5746`
 *   (renegotiation), `RFC6066` (extensions), `RFC5280` (certificates), `RFC9110` (HTTP), such as `RFC6455 5.1`
 * - any: a field `BootNotificationResponse.currentTime`
 */
export function knownRef(version: OcppVersion, ref: string): boolean {
  return fixed[version]().has(ref) || (/^[A-Z][A-Za-z]+\./.test(ref) && hasField(version, ref));
}

/**
 * The reference that a wrong one most likely meant; undefined where none is near.
 * @param version look in this version only
 */
export function nearestRef(ref: string, version?: OcppVersion): string | undefined {
  const versions = version === undefined ? ocppVersions : [version];
  const field = /^[A-Za-z]{3,}\w*\./.test(ref);
  return nearest(ref, new Set(versions.flatMap((one) => (field ? topFields(one) : [...fixed[one]()]))));
}

const fixed: Readonly<Record<OcppVersion, () => ReadonlySet<string>>> = {
  '1.6': once(() => new Set(sections('1.6'))),
  '2.0.1': once(() => new Set([...requirements('2.0.1').map(({ id }) => id), ...sections('2.0.1')])),
  '2.1': once(() => new Set([...requirements('2.1').map(({ id }) => id), ...sections('2.1')])),
};

const sections = (version: OcppVersion): string[] =>
  table.rows.flatMap(([ocpp, document, refs]) =>
    ocpp === version ? words(refs).map((ref) => (document ? `${document} ${ref}` : ref)) : [],
  );
