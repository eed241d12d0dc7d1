// Targets that are users of an app of the account.

/** @typedef {{ user: Setting, caller_id: CallerId, hours?: string, pushMs?: number, ringMs: number } & BeforeJoined} UserTarget */

const LEAST_RING_SECONDS = 10; // that the platform takes for a user

/** What else a user is called with. @type {((target: UserTarget, parameters: CallUserParameters) => CallUserParameters)[]} */
const ON_USER_CALL = [];

/** @param {UserTarget} target @returns {Dialling} */
function dialUser(target) {
  const user = valueOf(target.user);
  return {
    isKnown: /^\S+$/.test(user),
    isDialled: false, // whoever dials the name of a user comes here, and the app itself is called from here
    isCaller: user === S.from,
    call: (callerId) => VoxEngine.callUser(userParameters(target, user, callerId)),
  };
}

/** The platform ends what we have not ended a second before: who was rung for how long, it does not say. @param {UserTarget} target @param {string} user @param {string} callerId */
function userParameters(target, user, callerId) {
  const seconds = Math.max(LEAST_RING_SECONDS, Math.ceil(target.ringMs / 1000) + 1);
  const own = { username: user, callerid: callerId, extraHeaders: { "VI-CallTimeout": String(seconds) } };
  return ON_USER_CALL.reduce((parameters, add) => add(target, parameters), /** @type {CallUserParameters} */ (own));
}
