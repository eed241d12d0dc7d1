// Caller IDs of which the next one is shown where one is refused.

function callerIdsState() {
  return {
    /** Which caller ID a target is shown in its attempt under way, by "target " and its name. @type {Record<string, number>} */
    callerIdTurns: {},
  };
}

/** From the one whose turn it is, the first that is there and well formed. @param {string} name @param {CallerId} callerId */
function nextCallerId(name, callerId) {
  if (!Array.isArray(callerId)) return callerId;
  const key = "target " + name;
  const first = S.callerIdTurns[key] || 0;
  const turn = callerId.findIndex((each, number) => number >= first && isCallerId(valueOf(each)));
  if (turn === -1) return "";
  S.callerIdTurns[key] = turn;
  return callerId[turn];
}

/** Calls a target with the next of its caller IDs: a further call of the same attempt. @param {string} name */
function showNextCallerId(name) {
  const key = "target " + name;
  if (!has(S.callerIdTurns, key)) return false;
  S.callerIdTurns[key] += 1;
  if (callerIdOf(name) === null || S.attempts >= MAX_ATTEMPTS) return false;
  S.attempts += 1;
  log(name + ": its caller ID was refused, the next one is shown");
  return place(name);
}

/** The next attempt begins with the first again, also of a target that was let go. @param {{ target: string }} one */
function forgetCallerIds(one) {
  delete S.callerIdTurns["target " + one.target];
}

ON_CALLER_ID.push(nextCallerId);
ON_REFUSED.push(showNextCallerId);
ON_TRIED.push(forgetCallerIds);
ON_FORGOTTEN.push(forgetCallerIds);
