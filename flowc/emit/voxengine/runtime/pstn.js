// Targets on the telephone network.

/** @typedef {{ pstn: Setting, caller_id: CallerId, hours?: string, ringMs: number } & BeforeJoined} PstnTarget */

/** How a number is called. @type {((callerId: string, parameters: CallPSTNParameters) => CallPSTNParameters)[]} */
const ON_PSTN_CALL = [];

/** @param {PstnTarget} target @returns {Dialling} */
function dialPstn(target) {
  const number = valueOf(target.pstn);
  return {
    isKnown: /^\+?[1-9][0-9]{6,14}$/.test(number),
    isDialled: isSameNumber(number, S.to),
    isCaller: isSameNumber(number, S.from),
    call: (callerId) => VoxEngine.callPSTN(number, callerId, ON_PSTN_CALL.reduce((parameters, add) => add(callerId, parameters), {})),
  };
}
