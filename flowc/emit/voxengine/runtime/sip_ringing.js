// Over SIP, a phone that gives no sign of ringing has not been reached: the trunk is at fault, and not the person.

function sipRingingState() {
  return {
    /** Targets that ring over SIP, as far as they have said so: "target " and the name. @type {Record<string, boolean>} */
    rungOverSip: {},
  };
}

/** @param {string} name @param {Call} leg */
function watchRinging(name, leg) {
  if (!("sip" in TARGETS[name])) return;
  leg.addEventListener(CallEvents.Ringing, onLegRings);
  leg.addEventListener(CallEvents.AudioStarted, onLegRings);
}

/** @param {{ call: Call }} event */
function onLegRings(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt !== undefined && attempt.state === "ringing") S.rungOverSip["target " + attempt.target] = true;
}

/** Whoever answers has been reached, whatever becomes of that. @param {LiveAttempt} attempt */
function noteReached(attempt) {
  if ("sip" in TARGETS[attempt.target]) S.rungOverSip["target " + attempt.target] = true;
  return false;
}

/** @param {Attempt} attempt @returns {Attempt} */
function withoutRinging(attempt) {
  if (attempt.outcome !== "no_answer" || !("sip" in TARGETS[attempt.target])) return attempt;
  return has(S.rungOverSip, "target " + attempt.target) ? attempt : { target: attempt.target, outcome: "unreachable" };
}

/** @param {Attempt} attempt */
function forgetRinging(attempt) {
  delete S.rungOverSip["target " + attempt.target];
}

ON_DIALLED.push(watchRinging);
ON_ANSWERED.push(noteReached);
ON_SETTLED.push(withoutRinging);
ON_TRIED.push(forgetRinging);
