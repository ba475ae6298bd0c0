/** CSMS, certificates for ISO 15118 in OCPP 2.x: what a station asks authorities for on behalf of a vehicle (M01, M02, M06). */
import { alter, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { Authority } from '../../src/pki/authority.ts';
import { hashData } from '../../src/pki/hash-data.ts';
import { readOcsp } from '../../src/pki/ocsp.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';

const ISO15118 = 'iso15118';
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Where nobody answers: a CSMS that asks there itself has to say that it failed. */
const RESPONDER = 'http://ocsp.plugproof.invalid/';
/** What a vehicle sends with ISO 15118-2. */
const SCHEMA = 'urn:iso:15118:2:2013:MsgDef';
/** No EXI of a vehicle: who hands it on will hear so. */
const EXI_REQUEST = Buffer.from('plugproof: certificate request of a vehicle').toString('base64');

const contracts = [
  { id: 'install', action: 'Install', octt: 'TC_M_26_CSMS', ref: 'M01.FR.01', what: 'a new contract certificate' },
  { id: 'update', action: 'Update', octt: 'TC_M_28_CSMS', ref: 'M02.FR.01', what: 'a contract certificate anew' },
] as const;

export default suite('csms/certificates', 'Certificates for ISO 15118', [
  testCase({
    id: 'csms/certificates/status',
    title: 'CSMS tells the OCSP status of a certificate that a station asks about',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_M_24_CSMS' },
    onlyFor: ISO15118,
    checks: {
      answered: { ref: 'M06.FR.01', level: 'SHALL', says: 'the request is answered, with Accepted or Failed' },
      response: {
        ref: 'M06.FR.03',
        level: 'SHALL',
        says: 'where it is Accepted, there is an OCSP response in DER about that certificate',
      },
      servedOn: servedOnCheck,
    },
    catches: {
      answered: refuses('GetCertificateStatus', 'InternalError'),
      response: [
        alter('GetCertificateStatus', { ocspResult: null }),
        alter('GetCertificateStatus', { ocspResult: 'bm8gT0NTUA==' }),
        // tryLater
        alter('GetCertificateStatus', { ocspResult: 'MAMKAQM=' }),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      const { check, station, clock } = context;
      await booted(context);
      const root = await Authority.create({ name: 'plugproof V2G root', organization: 'plugproof', now: clock.now() });
      const { cert } = await root.issue({ commonName: station.identity, organization: 'plugproof', use: 'client' });
      const ocspRequestData = { ...hashData(cert, 'SHA256', root.cert), responderURL: RESPONDER };
      const reply = await station.call('GetCertificateStatus', { ocspRequestData });
      check('answered', () => {
        expect(reply).to.be.callResult();
        expect(reply.payload['status']).to.be.oneOf(['Accepted', 'Failed']);
      });
      if (reply.payload['status'] === 'Failed')
        throw new Unmet('the CSMS could not learn the status of a certificate of ours');
      check('response', () => {
        const text = String(reply.payload['ocspResult'] ?? '');
        expect(BASE64.test(text) && text !== '', 'base64').to.equal(true);
        const read = readOcsp(Buffer.from(text, 'base64'));
        expect(read?.successful, 'an OCSP response that is successful').to.equal(true);
        expect(read?.about(ocspRequestData.serialNumber), 'a response about the certificate').to.equal(true);
      });
      await servedOn(context);
    },
  }),

  ...contracts.map(({ id, action, octt, ref, what }) =>
    testCase({
      id: `csms/certificates/contract-${id}`,
      title: `CSMS hands on the request of a vehicle for ${what}`,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      onlyFor: ISO15118,
      checks: {
        answered: { ref, level: 'SHALL', says: 'the request is answered, with Accepted or Failed' },
        response: { ref, level: 'SHALL', says: 'where it is Accepted, there is an answer for the vehicle' },
        servedOn: servedOnCheck,
      },
      catches: {
        answered: refuses('Get15118EVCertificate', 'InternalError'),
        response: [
          alter('Get15118EVCertificate', { exiResponse: '' }),
          alter('Get15118EVCertificate', { exiResponse: 'not base64!' }),
        ],
        servedOn: servedOnFault,
      },
      async run(context) {
        const { check, station } = context;
        await booted(context);
        const request = { iso15118SchemaVersion: SCHEMA, action, exiRequest: EXI_REQUEST };
        const reply = await station.call('Get15118EVCertificate', request);
        check('answered', () => {
          expect(reply).to.be.callResult();
          expect(reply.payload['status']).to.be.oneOf(['Accepted', 'Failed']);
        });
        if (reply.payload['status'] === 'Failed') throw new Unmet('nobody gives a vehicle of ours a contract');
        check('response', () => {
          const text = String(reply.payload['exiResponse'] ?? '');
          expect(text, 'exiResponse').to.not.equal('');
          expect(BASE64.test(text), 'base64').to.equal(true);
        });
        await servedOn(context);
      },
    }),
  ),
]);
