/** A certificate for signing firmware, self-made: what an UpdateFirmware of 2.x carries. Nobody trusts it; its key is lost. */
export const FIRMWARE_CERTIFICATE = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBlTCCATugAwIBAgIUYocLqS0eTfm+my0/RYFlN11i9rwwCgYIKoZIzj0EAwIw',
  'LzESMBAGA1UECgwJcGx1Z3Byb29mMRkwFwYDVQQDDBBmaXJtd2FyZSBzaWduaW5n',
  'MB4XDTIwMDEwMTAwMDAwMFoXDTQ5MTIzMTIzNTk1OVowLzESMBAGA1UECgwJcGx1',
  'Z3Byb29mMRkwFwYDVQQDDBBmaXJtd2FyZSBzaWduaW5nMFkwEwYHKoZIzj0CAQYI',
  'KoZIzj0DAQcDQgAEXtLBSNxydyqhhYaJeYF91KnXQShZYwu8+2kxOvv/Od+wX1ul',
  '/sb+pncwnOUhCPxfhZlz+FpkFDmAyCTEARUUc6M1MDMwDAYDVR0TAQH/BAIwADAO',
  'BgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwMwCgYIKoZIzj0EAwID',
  'SAAwRQIhALRDq7Syq48YQOZUehHsMo/VEFnU+VBu4iPuhD3f+4p4AiAHGrvBDlsF',
  'ze44LAdcdXNKPc3AfV5KKoeUtUWH9uA04g==',
  '-----END CERTIFICATE-----',
].join('\n');
