/** With what the firmware of the reference station is signed: a certificate whose key nobody keeps. */

/** PEM. */
export const FIRMWARE_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBujCCAV+gAwIBAgIUbMnuhW+LuSOiXOc/BnmpUIiDnlEwCgYIKoZIzj0EAwIw
MTEbMBkGA1UEAwwScGx1Z3Byb29mIGZpcm13YXJlMRIwEAYDVQQKDAlwbHVncHJv
b2YwIBcNMjYxMTI2MjI1OTUwWhgPMjEyNjExMDIyMjU5NTBaMDExGzAZBgNVBAMM
EnBsdWdwcm9vZiBmaXJtd2FyZTESMBAGA1UECgwJcGx1Z3Byb29mMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEg9gm3EH/079wFXBVkHy43KEL5WicwZQFCtoOEeqN
YoCHVwC8j79YstQSNsgAAIH0qLmLOLnAdZhmqp/kbK/NFaNTMFEwHQYDVR0OBBYE
FBs6Js1IFrqDIMti+ftKPRnbTgTZMB8GA1UdIwQYMBaAFBs6Js1IFrqDIMti+ftK
PRnbTgTZMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAMZIFMRn
WVb1ibyBdeludpPV3zgN8bbDFF54X3RUBy+uAiEAuEN/KWWUv81SFx1CXLjX4FGi
2c4lgApmlaBxvFobL3E=
-----END CERTIFICATE-----`;

/** In base64; the reference believes any that does not say that it is none. */
export const FIRMWARE_SIGNATURE = 'cGx1Z3Byb29mIGZpcm13YXJlIHNpZ25hdHVyZQ==';
