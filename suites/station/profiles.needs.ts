/** What a charger needs before its security profile is raised. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Payload } from '../../src/session.ts';
import { certificateWords, stationAuthority } from './certificates.flows.ts';
import { triggers } from './renewal.flows.ts';

/** 1.6 has one type of certificate, and no word for it. */
const typed: Readonly<Record<OcppVersion, Payload>> = {
  '1.6': {},
  '2.0.1': { certificateType: 'ChargingStationCertificate' },
  '2.1': { certificateType: 'ChargingStationCertificate' },
};

/** What the next profile needs, put there: a root of the CSMS for 2, a certificate of the charger for 3. @throws Unmet */
export const prepares: Readonly<Record<number, (context: Context) => Promise<void>>> = {
  2: async ({ csms, dialect, sut }) => {
    if (sut.ca === undefined) throw new Unmet('the root of the CSMS is not given: see --ca');
    const certificateType = certificateWords[dialect.version].types.csms;
    await csms.need('InstallCertificate', { certificateType, certificate: sut.ca }, ['Accepted']);
  },
  3: async (context) => {
    const authority = stationAuthority(context);
    const { asked } = await triggers(context, 'Accepted');
    if (asked?.request === undefined) throw new Unmet('the station asked for no certificate that could be signed');
    const certificateChain = await authority.sign(asked.request.csr);
    await context.csms.need('CertificateSigned', { certificateChain, ...typed[context.dialect.version] }, ['Accepted']);
  },
};
