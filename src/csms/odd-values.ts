/** Values that no charger and no back office needs: what a faulty one stumbles over. */

/** An empty or blank text, one beyond ASCII, one from a language of machines, a time that is none, a number of many digits. */
const ODD =
  /[:[,]" *"|[^\x20-\x7e]|\\[nru]|<|\$\(|\.\.\/|--|169\.254|T24:|T\d\d:\d\d:60|\d[tz]["\d]|\d\+\d\d:|0000-|9999-|x{20}|NaN|2147483648|9007199254740992|\.\d{4,}/;

/** @param text JSON */
export const hasOddValue = (text: string): boolean => ODD.test(text);
