/** CSMS, tariffs and payment in OCPP 2.1: tariffs that the station reckons with, receipts, VAT numbers. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ahead, oddNumber } from './odds.ts';
import { noticeCase, type Order, orderCase } from './orders.v21.ts';
import { OTHER_EVSE } from './states.ts';

/** PICS id: payment, with tariffs at the station. */
const PAYMENT = 'P-0';

type Chance = Pick<Context, 'clock' | 'random'>;

/** A price with cents. */
const price = (context: Chance): number => oddNumber(context, 11, 80) / 100;

/** A tariff of energy and time, by a name that nobody guesses. @param conditions of its first price */
const tariff = (context: Chance, conditions?: Payload): Payload => ({
  tariffId: randomWord(context.random, 16),
  currency: 'EUR',
  energy: {
    prices: [{ priceKwh: price(context), ...(conditions && { conditions }) }, { priceKwh: price(context) }],
    taxRates: [{ type: 'VAT', tax: oddNumber(context, 5, 20) }],
  },
  chargingTime: { prices: [{ priceMinute: price(context) }] },
});

const BY_DAY: Payload = { startTimeOfDay: '08:15', endTimeOfDay: '19:45' };

const default_ = (id: string, title: string, octt: string, status: string, conditions?: Payload): Order => ({
  id: `csms/tariff/${id}`,
  title,
  octt,
  feature: PAYMENT,
  action: 'SetDefaultTariff',
  asked: (context) => ({ evseId: OTHER_EVSE, tariff: tariff(context, conditions) }),
  answer: { status },
});

const change = (id: string, title: string, octt: string, status: string, conditions?: Payload): Order => ({
  id: `csms/tariff/${id}`,
  title,
  octt,
  feature: PAYMENT,
  action: 'ChangeTransactionTariff',
  asked: (context, transactionId) => ({ transactionId, tariff: tariff(context, conditions) }),
  answer: { status },
  charging: true,
});

const orders: readonly Order[] = [
  default_('default', 'CSMS sets a default tariff with times of day', 'TC_I_101_CSMS', 'Accepted', BY_DAY),
  default_('too-many-elements', 'A tariff that is too large for the station', 'TC_I_102_CSMS', 'TooManyElements'),
  default_('conditions', 'A tariff with conditions that the station lacks', 'TC_I_105_CSMS', 'ConditionNotSupported', {
    minPower: 3_700,
  }),
  default_('duplicate', 'A tariff whose name the station knows already', 'TC_I_106_CSMS', 'DuplicateTariffId'),
  {
    id: 'csms/tariff/default-later',
    title: 'CSMS sets a default tariff for all EVSEs, valid from a time to come',
    feature: PAYMENT,
    action: 'SetDefaultTariff',
    asked: (context) => ({
      evseId: 0,
      tariff: { ...tariff(context), validFrom: ahead(context, oddNumber(context, 3_600)) },
    }),
    answer: { status: 'Accepted' },
  },
  {
    id: 'csms/tariff/cleared',
    title: 'CSMS clears a tariff by its name',
    octt: 'TC_I_110_CSMS',
    feature: PAYMENT,
    action: 'ClearTariffs',
    asked: ({ random }) => ({ tariffIds: [randomWord(random, 16)], evseId: OTHER_EVSE }),
    answer: { clearTariffsResult: [{ status: 'Accepted' }] },
  },
  {
    id: 'csms/tariff/read',
    title: 'CSMS reads the tariffs of an EVSE',
    feature: PAYMENT,
    action: 'GetTariffs',
    asked: () => ({ evseId: OTHER_EVSE }),
    answer: { status: 'NoTariff' },
  },
  change('changed', 'CSMS changes the tariff of a transaction', 'TC_I_115_CSMS', 'Accepted', BY_DAY),
  change('change-too-large', 'A changed tariff that is too large', 'TC_I_113_CSMS', 'TooManyElements'),
  change('change-conditions', 'A changed tariff that the station lacks', 'TC_I_114_CSMS', 'ConditionNotSupported', {
    maxChargingTime: 7_200,
  }),
];

const settlement = (context: Chance, status: string, members: Payload): Payload => ({
  pspRef: randomWord(context.random, 20),
  status,
  settlementAmount: price(context),
  settlementTime: ahead(context, 0),
  ...members,
});

const settled = (id: string, title: string, octt: string | undefined, status: string, members: Payload = {}) =>
  noticeCase({
    id: `csms/payment/${id}`,
    title,
    ...(octt !== undefined && { octt }),
    feature: PAYMENT,
    action: 'NotifySettlement',
    ref: 'NotifySettlementRequest.status',
    says: 'what became of the money is taken',
    told: (context) => settlement(context, status, members),
  });

export default [
  suite('csms/tariff', 'Tariffs of the station (2.1)', orders.map(orderCase)),
  suite('csms/payment', 'Payment at the station (2.1)', [
    settled('settled', 'CSMS takes a settlement with its receipt', undefined, 'Settled', {
      receiptId: 'R-4711',
      receiptUrl: 'https://receipts.example.org/4711',
    }),
    settled('canceled', 'CSMS takes that a payment was canceled', undefined, 'Canceled'),
    settled('settlement-failed', 'CSMS takes that a settlement failed', 'TC_C_119_CSMS', 'Failed'),
    settled('settlement-rejected', 'CSMS takes that a settlement was rejected', 'TC_C_120_CSMS', 'Rejected'),
    noticeCase({
      id: 'csms/payment/vat-number',
      title: 'CSMS answers about the VAT number that it was asked about',
      octt: 'TC_C_108_CSMS',
      feature: PAYMENT,
      action: 'VatNumberValidation',
      ref: 'VatNumberValidationResponse.vatNumber',
      says: 'the answer names the number that it is about, and the EVSE where one was named',
      told: ({ random }) => ({ vatNumber: `NL${randomWord(random, 9)}B01`.slice(0, 20), evseId: OTHER_EVSE }),
      judge: (answer, { vatNumber, evseId }) => {
        expect(answer['vatNumber']).to.equal(vatNumber);
        expect(answer['evseId']).to.be.oneOf([undefined, evseId]);
      },
      faults: [
        alter('VatNumberValidation', { vatNumber: 'NL000000000B00' }),
        alter('VatNumberValidation', { evseId: 7 }),
      ],
    }),
    orderCase({
      id: 'csms/payment/web-payment',
      title: 'CSMS tells the station that somebody pays for an EVSE in the web',
      feature: PAYMENT,
      action: 'NotifyWebPaymentStarted',
      asked: (context) => ({ evseId: OTHER_EVSE, timeout: oddNumber(context, 31, 200) }),
      answer: {},
    }),
  ]),
];
