// Targets that are called over SIP.

/**
 * @typedef {{ sip: Setting, caller_id?: CallerId, hours?: string, headers?: Record<string, string>,
 *   auth?: { user: Setting, password: Setting }, display_name?: string, proxy?: string, registration?: Setting,
 *   refer?: true, ringMs: number } & BeforeJoined} SipTarget
 */

const HOPS = "X-Flowc-Hops"; // how often a call has been passed on over SIP
const MAX_HOPS = 3;

/** Headers of a call. @type {((target: SipTarget, headers: Record<string, string>) => void)[]} */
const ON_SIP_HEADERS = [];
/** What else a call is placed with. @type {((target: SipTarget, parameters: CallSIPParameters) => CallSIPParameters)[]} */
const ON_SIP_CALL = [];

function sipState() {
  return {
    fromAddress: "", // the caller's SIP address
    toAddress: "", // the SIP address that was dialled
    hops: 0, // how often the caller's call was passed on before it came here
  };
}

/** @param {_CallAlertingEvent} event */
function readAddresses(event) {
  S.fromAddress = event.fromURI || "";
  S.toAddress = event.toURI || "";
  const headers = event.headers || {};
  const name = Object.keys(headers).find((each) => each.toLowerCase() === HOPS.toLowerCase());
  const hops = name === undefined ? "" : String(headers[name]).trim();
  S.hops = /^[0-9]+$/.test(hops) ? Math.min(Number(hops), 99) : 0;
}

/** A call that goes round between systems, each of which passes it on, must come to an end. */
function hasGoneRound() {
  return S.hops > MAX_HOPS ? "the call has been passed on " + S.hops + " times already" : "";
}

/** @param {SipTarget} target @returns {Dialling} */
function dialSip(target) {
  const address = valueOf(target.sip);
  return {
    isKnown: /^sips?:[^\s@]+@[^\s@]+$/.test(address),
    isDialled: isSameAddress(address, S.toAddress),
    isCaller: isSameAddress(address, S.fromAddress),
    call: (callerId) => VoxEngine.callSIP(address, sipParameters(target, callerId)),
  };
}

/** @param {SipTarget} target */
function sipHeaders(target) {
  /** @type {Record<string, string>} */
  const headers = {};
  headers[HOPS] = String(S.hops + 1);
  ON_SIP_HEADERS.forEach((add) => add(target, headers));
  return headers;
}

/** @param {SipTarget} target @param {string} callerId */
function sipParameters(target, callerId) {
  const shown = callerId === "" ? {} : { callerid: callerId };
  const own = Object.assign({ headers: sipHeaders(target), allow180After183: true }, shown); // a phone that rings late still rings
  return ON_SIP_CALL.reduce((parameters, add) => add(target, parameters), /** @type {CallSIPParameters} */ (own));
}

/** @param {string} address @param {string} party its address, "" if it has none */
function isSameAddress(address, party) {
  return party !== "" && comparable(address) === comparable(party);
}

/** A SIP address, to compare it with another: without what may follow it, and without the usual port. @param {string} uri */
function comparable(uri) {
  const address = uri.toLowerCase().replace(/[;?].*$/, "");
  const port = /^sips:/.test(address) ? /:5061$/ : /:5060$/;
  return address.replace(port, "").replace(/^sips?:/, "");
}

ON_INCOMING.push(readAddresses);
ON_ATTEMPT.push(hasGoneRound);
