// Calls over SIP with a user and a password, a name, a proxy or a registration of the account.

/** @param {SipTarget} target @param {CallSIPParameters} parameters @returns {CallSIPParameters} */
function addAccount(target, parameters) {
  return Object.assign(
    {},
    parameters,
    target.auth === undefined ? {} : { authUser: valueOf(target.auth.user), password: valueOf(target.auth.password) },
    target.display_name === undefined ? {} : { displayName: target.display_name },
    target.proxy === undefined ? {} : { outProxy: target.proxy },
    target.registration === undefined ? {} : { regId: Number(valueOf(target.registration)) }
  );
}

/** A server that asks who calls would refuse it. @param {Target} target @returns {[Outcome, string] | null} */
function lacksAccount(target) {
  if (!("sip" in target)) return null;
  const auth = target.auth;
  if (auth !== undefined && (valueOf(auth.user) === "" || valueOf(auth.password) === "")) {
    return ["not_allowed", "its user or its password is missing"];
  }
  const registration = target.registration;
  if (registration === undefined || /^[1-9][0-9]{0,14}$/.test(valueOf(registration))) return null;
  return ["not_allowed", "its registration is missing or malformed"];
}

ON_SIP_CALL.push(addAccount);
BEFORE_RINGING.push(lacksAccount);
