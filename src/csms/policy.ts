/** What a reference CSMS may be told to do other than right: each switch is off in a system that conforms. */

export interface CsmsPolicy {
  /** Every token is Accepted, whatever is known of it. */
  readonly acceptsAnyToken: boolean;
  /** A token may be in two transactions at once. */
  readonly ignoresConcurrentTx: boolean;
  /** All transactions get one id (1.6). */
  readonly sameTransactionId: boolean;
  /** A repeated message makes a second transaction. */
  readonly forgetsRetries: boolean;
  /** The end of a transaction is answered and not noted (1.6). */
  readonly forgetsStops: boolean;
  /** Messages of transactions that do not run are answered with a CALLERROR (1.6). */
  readonly refusesUnknownTransactions: boolean;
  /** An event that comes after the end opens the transaction again (2.x). */
  readonly reopensEnded: boolean;
  /** A transaction in which a token was refused accepts none any more (2.x). */
  readonly remembersRefusals: boolean;
  /** A station that was accepted once is on hold when it boots again. */
  readonly acceptsOneBoot: boolean;
  /** Stations that are not accepted are served all the same. */
  readonly servesUnregistered: boolean;
  /** Payloads are not looked at before they are answered. */
  readonly acceptsInvalidPayloads: boolean;
  /** Handshakes without a common subprotocol are let in and stay open. */
  readonly ignoresSubprotocol: boolean;
  /** The first token that the station offers is echoed, supported or not. */
  readonly echoesFirstSubprotocol: boolean;
  /** Unknown actions are answered as if they had been done. */
  readonly acceptsUnknownActions: boolean;
  /** A station that was sent a CALLERROR is never let in again. */
  readonly blocksAfterError: boolean;
  /** The connection is closed a moment after the station was accepted. */
  readonly hangsUp: boolean;
  /** A message that can't be read ends the connection, and nobody is let in any more. */
  readonly diesOnMalformed: boolean;
  /** A message that can't be read is answered with a CALLRESULT. */
  readonly servesUnreadable: boolean;
  /** A message that can't be read is dropped where the version has an answer for it. */
  readonly dropsUnreadable: boolean;
  /** A message that can't be read is answered under an id of the CSMS's own making. */
  readonly inventsIds: boolean;
  /** A message that can't be read is answered with an error code of its own making. */
  readonly inventsCodes: boolean;
  /** Message ids that are numbers are taken, and sent back as numbers. */
  readonly echoesNumericIds: boolean;
  /** Answers to unknown ids are answered with a CALLERROR. */
  readonly answersStrayAnswers: boolean;
  /** An answer to an unknown id ends the connection. */
  readonly hangsUpOnStrayAnswers: boolean;
  /** A SEND is answered with a CALLRESULT. */
  readonly answersSends: boolean;
  /** A CALL ends the connection. */
  readonly hangsUpOnCalls: boolean;
  /** A SEND ends the connection. */
  readonly hangsUpOnSends: boolean;
  /** A CALL with an id that was there before on the connection is dropped. */
  readonly answersAnIdOnce: boolean;
  /** A CALL with an id that was there before on the connection is answered as the first one was. */
  readonly answersIdsFromMemory: boolean;
  /** A message id beyond ASCII, or an empty one, ends the connection, and nobody is let in any more. */
  readonly diesOnStrangeIds: boolean;
  /** A CALL with a value that nobody needs ends the connection, and nobody is let in any more. */
  readonly diesOnOddValues: boolean;
  /** Handshakes are answered without a subprotocol, whatever was agreed. */
  readonly namesNoSubprotocol: boolean;
  /** The first version that it speaks is named in every handshake, offered or not. */
  readonly namesOwnSubprotocol: boolean;
  /** The whole list that the station offered is echoed. */
  readonly echoesAllSubprotocols: boolean;
  /** An identity with percent-encoded characters is unknown to it. */
  readonly refusesPercentEncoding: boolean;
  /** Identities are percent-decoded twice. */
  readonly decodesTwice: boolean;
  /** An identity that it does not know is refused with 403. */
  readonly forbidsStrangers: boolean;
  /** Whoever is refused is told that the CSMS failed: 500. */
  readonly refusesWith500: boolean;
  /** Two hundred CALLs on one connection end the service for everybody. */
  readonly diesOfManyCalls: boolean;
  /** Meter values take their time, and everybody else waits for it. */
  readonly fallsBehind: boolean;
  /** Message ids longer than the version allows are taken. */
  readonly cutsMessageIds: boolean;
  /** Message types that no version knows are answered as CALLs. */
  readonly servesUnknownMessageTypes: boolean;
  /** The same token in other letters, upper or lower, is another token. */
  readonly tellsCasesApart: boolean;
  /** A token that was refused once is known from then on. */
  readonly learnsTokens: boolean;
  /** Each token of a group is told another group id. */
  readonly groupsOfOne: boolean;
  /** Every token is told the same group id. */
  readonly oneGroupForAll: boolean;
  /** Reads and reports are asked for in one message, however few items the station takes (2.x). */
  readonly ignoresItemLimits: boolean;
  /** Group ids are kept to itself. */
  readonly hidesGroups: boolean;
  /** DataTransfer is accepted from any vendor. */
  readonly acceptsAnyVendor: boolean;
  /** A CALL is sent while the last one is unanswered. */
  readonly sendsTwoAtOnce: boolean;
  /** Whatever an EV plans is Accepted, also beyond the limits that it was given (2.x). */
  readonly acceptsAnyEvSchedule: boolean;
  /** Each of the stations of a site is given what all of them may take. */
  readonly sharesTooMuch: boolean;
  /** What a vehicle leaves that goes is given to nobody. */
  readonly forgetsDepartures: boolean;
  /** At a site nobody is given anything. */
  readonly holdsEverythingBack: boolean;
  /** At a site he who came first gets everything. */
  readonly servesFirstOnly: boolean;
  /** Another limit of a site than the first one is not heard. */
  readonly ignoresLowerLimits: boolean;
  /** A station of a site that lost its connection counts as one that takes nothing. */
  readonly forgetsOffline: boolean;
  /** The shares of a site are made anew the better part of a minute late. */
  readonly balancesLate: boolean;
  /** Nobody is asked for credentials, whatever the security profile. */
  readonly ignoresCredentials: boolean;
  /** Who shows no password is let in; who shows a wrong one is not. */
  readonly asksNoCredentials: boolean;
  /** The username is not looked at. */
  readonly ignoresUserName: boolean;
  /** The password is not looked at. */
  readonly ignoresPasswords: boolean;
  /** Credentials are those of whom they name, whatever identity is in the path. */
  readonly ignoresPath: boolean;
  /** Passwords are compared without their case. */
  readonly comparesPasswordsLoosely: boolean;
  /** The first characters of a password are enough. */
  readonly comparesPasswordStarts: boolean;
  /** Credentials that can not be read are answered with 500. */
  readonly failsOnBadCredentials: boolean;
  /** Who shows wrong credentials ends the service for everybody. */
  readonly diesOnBadCredentials: boolean;
  /** Basic authentication has to be written with a capital. */
  readonly mindsCaseOfScheme: boolean;
  /** Wrong credentials are answered with 403. */
  readonly refusesWith403: boolean;
  /** A 401 does not say how to authenticate. */
  readonly namesNoChallenge: boolean;
  /** A new password is not noted. */
  readonly forgetsNewPasswords: boolean;
  /** The password before the last is good as well. */
  readonly keepsOldPasswords: boolean;
  /** A new password counts although the station refused it. */
  readonly takesRefusedPasswords: boolean;
  /** A CALL with the id of a CALL of its own is taken for the answer. */
  readonly mixesIds: boolean;
  /** An answer with a wrong payload is answered with a CALLERROR. */
  readonly answersWrongAnswers: boolean;
  /** An answer with a wrong payload ends the service for everybody. */
  readonly diesOnWrongAnswers: boolean;
  /** Wrong passwords may be tried without end. */
  readonly countsNoTries: boolean;
  /** After many wrong passwords the right one is refused as well. */
  readonly locksStationsOut: boolean;
  /** The hexadecimal digits of a key are taken for the key (1.6). */
  readonly takesKeyDigits: boolean;
  /** Keys are compared up to their first byte that is zero. */
  readonly cutsKeysAtZero: boolean;
  /** Keys are compared as text, with a question mark for each byte that is none. */
  readonly readsKeysAsText: boolean;
  /** A key with a byte that is zero is never right. */
  readonly refusesZeroBytes: boolean;
  /** Of an identity that is too long the first characters count (2.x). */
  readonly cutsIdentities: boolean;
  /** Of an identity with a colon the part before it counts (2.x). */
  readonly cutsIdentitiesAtColons: boolean;
  /** Identities are of any length, with any character in them (2.x). */
  readonly takesAnyIdentity: boolean;
  /** The same identity in other letters, upper or lower, is another station (2.x). */
  readonly tellsIdentitiesApart: boolean;
  /** A quote in a name ends the text that it stands in, and what is behind it is run. */
  readonly runsQuotes: boolean;
  /** A station that was raised to a higher security profile is let in with a lower one. */
  readonly forgetsUpgrades: boolean;
  /** A station that was raised to a higher security profile is not let in with it. */
  readonly refusesUpgraded: boolean;
  /** A second connection of a station ends the service for everybody. */
  readonly diesOnSecondConnections: boolean;
  /** An identity that it does not know is answered with 500. */
  readonly failsAtStrangers: boolean;
  /** An identity that there can not be ends the service for everybody. */
  readonly diesOnOddIdentities: boolean;
  /** An identity of more than 36 characters is unknown (2.x). */
  readonly refusesLongIdentities: boolean;
  /** A name with a quote in it is answered with an error of its own. */
  readonly failsAtQuotes: boolean;
  /** A name with a quote in it ends the service for everybody. */
  readonly diesOnQuotes: boolean;
  /** Who comes with too low a security profile ends the service for everybody. */
  readonly diesOnLowProfiles: boolean;
  /** A transaction is found by its id alone, whoever asks. */
  readonly stopsAnyTransaction: boolean;
  /** A second connection of a station does not end the first. */
  readonly keepsPreviousConnections: boolean;
  /** A second connection ends the first before its credentials were looked at. */
  readonly displacesBeforeAsking: boolean;
  /** A connection that ends takes the newer one of the same station out of the books. */
  readonly losesReconnected: boolean;
  /** A station is not let in while its last connection is there. */
  readonly refusesReconnecting: boolean;
  /** A second connection of a station is let in, and closed at once. */
  readonly closesSecondConnections: boolean;
  /** That a connection was cut is seen after a while, and the next one is let in and closed at once until then. */
  readonly seesEndsLate: boolean;
  /** Every request for a certificate is Accepted. */
  readonly acceptsAnyCsr: boolean;
  /** Certificates are for another key than the one in the request. */
  readonly signsOtherKeys: boolean;
  /** Certificates are for another name than the one in the request. */
  readonly signsOtherNames: boolean;
  /** Certificates have expired when they are made. */
  readonly signsIntoThePast: boolean;
  /** Who shows no certificate is let in (security profile 3). */
  readonly asksNoCertificate: boolean;
  /** A certificate of any station is good for every station. */
  readonly ignoresCommonName: boolean;
  /** The name in a certificate is read as far as its first character of zero. */
  readonly cutsNames: boolean;
  /** Certificates of any organization are good. */
  readonly ignoresOrganization: boolean;
  /** Certificates of stations are good whoever signed them. */
  readonly ignoresIssuer: boolean;
  /** Certificates of stations are good whatever their dates. */
  readonly ignoresExpiry: boolean;
  /** TLS 1.3 only is spoken. */
  readonly speaksNewestTlsOnly: boolean;
  /** TLS 1.0 and 1.1 are spoken. */
  readonly speaksOldTls: boolean;
  /** There is no certificate with an RSA key, and so no RSA suite. */
  readonly lacksRsaSuites: boolean;
  /** There is no certificate with an EC key, and so no ECDSA suite. */
  readonly lacksEcdsaSuites: boolean;
  /** Suites with AES-256 are not spoken. */
  readonly lacksLongSuites: boolean;
  /** Suites with CBC, SHA-1 or no encryption are spoken. */
  readonly speaksWeakSuites: boolean;
  /** The certificate has an RSA key of 1024 bits. */
  readonly showsWeakKey: boolean;
  /** The certificate is for another host. */
  readonly showsOtherName: boolean;
  /** The certificate does not say whose it is. */
  readonly showsNoOrganization: boolean;
  /** Certificates of stations are good however short their keys are. */
  readonly takesWeakKeys: boolean;
  /** Certificates of stations are good whatever hash was signed. */
  readonly takesWeakHashes: boolean;
  /** Certificates of stations are good whatever they are for. */
  readonly ignoresUse: boolean;
  /** Certificates of stations are good although they were revoked. */
  readonly ignoresRevocation: boolean;
  /** Who resumes a TLS session is let in under any name. */
  readonly trustsResumedSessions: boolean;
  /** The certificate is valid for a year. */
  readonly showsLongLived: boolean;
  /** A TLS handshake that fails ends the service for everybody. */
  readonly diesOnTls: boolean;
}

export const rightPolicy: CsmsPolicy = {
  acceptsAnyToken: false,
  ignoresConcurrentTx: false,
  sameTransactionId: false,
  forgetsRetries: false,
  forgetsStops: false,
  refusesUnknownTransactions: false,
  reopensEnded: false,
  remembersRefusals: false,
  acceptsOneBoot: false,
  servesUnregistered: false,
  acceptsInvalidPayloads: false,
  ignoresSubprotocol: false,
  echoesFirstSubprotocol: false,
  acceptsUnknownActions: false,
  blocksAfterError: false,
  hangsUp: false,
  diesOnMalformed: false,
  servesUnreadable: false,
  dropsUnreadable: false,
  inventsIds: false,
  inventsCodes: false,
  echoesNumericIds: false,
  answersStrayAnswers: false,
  hangsUpOnStrayAnswers: false,
  answersSends: false,
  hangsUpOnSends: false,
  hangsUpOnCalls: false,
  answersAnIdOnce: false,
  answersIdsFromMemory: false,
  diesOnStrangeIds: false,
  diesOnOddValues: false,
  namesNoSubprotocol: false,
  namesOwnSubprotocol: false,
  echoesAllSubprotocols: false,
  refusesPercentEncoding: false,
  decodesTwice: false,
  forbidsStrangers: false,
  refusesWith500: false,
  diesOfManyCalls: false,
  fallsBehind: false,
  cutsMessageIds: false,
  servesUnknownMessageTypes: false,
  tellsCasesApart: false,
  learnsTokens: false,
  groupsOfOne: false,
  oneGroupForAll: false,
  ignoresItemLimits: false,
  hidesGroups: false,
  acceptsAnyVendor: false,
  sendsTwoAtOnce: false,
  acceptsAnyEvSchedule: false,
  sharesTooMuch: false,
  forgetsDepartures: false,
  servesFirstOnly: false,
  holdsEverythingBack: false,
  ignoresLowerLimits: false,
  forgetsOffline: false,
  balancesLate: false,
  ignoresCredentials: false,
  asksNoCredentials: false,
  ignoresUserName: false,
  ignoresPasswords: false,
  ignoresPath: false,
  comparesPasswordsLoosely: false,
  comparesPasswordStarts: false,
  failsOnBadCredentials: false,
  diesOnBadCredentials: false,
  mindsCaseOfScheme: false,
  refusesWith403: false,
  namesNoChallenge: false,
  forgetsNewPasswords: false,
  keepsOldPasswords: false,
  takesRefusedPasswords: false,
  mixesIds: false,
  answersWrongAnswers: false,
  diesOnWrongAnswers: false,
  countsNoTries: false,
  locksStationsOut: false,
  takesKeyDigits: false,
  cutsKeysAtZero: false,
  readsKeysAsText: false,
  refusesZeroBytes: false,
  cutsIdentities: false,
  cutsIdentitiesAtColons: false,
  takesAnyIdentity: false,
  tellsIdentitiesApart: false,
  runsQuotes: false,
  forgetsUpgrades: false,
  refusesUpgraded: false,
  diesOnSecondConnections: false,
  failsAtStrangers: false,
  diesOnOddIdentities: false,
  refusesLongIdentities: false,
  failsAtQuotes: false,
  diesOnQuotes: false,
  diesOnLowProfiles: false,
  stopsAnyTransaction: false,
  keepsPreviousConnections: false,
  displacesBeforeAsking: false,
  losesReconnected: false,
  refusesReconnecting: false,
  closesSecondConnections: false,
  seesEndsLate: false,
  acceptsAnyCsr: false,
  signsOtherKeys: false,
  signsOtherNames: false,
  signsIntoThePast: false,
  asksNoCertificate: false,
  ignoresCommonName: false,
  cutsNames: false,
  ignoresOrganization: false,
  ignoresIssuer: false,
  ignoresExpiry: false,
  speaksNewestTlsOnly: false,
  speaksOldTls: false,
  lacksRsaSuites: false,
  lacksEcdsaSuites: false,
  lacksLongSuites: false,
  speaksWeakSuites: false,
  showsWeakKey: false,
  showsOtherName: false,
  showsNoOrganization: false,
  takesWeakKeys: false,
  takesWeakHashes: false,
  ignoresUse: false,
  ignoresRevocation: false,
  trustsResumedSessions: false,
  showsLongLived: false,
  diesOnTls: false,
};
