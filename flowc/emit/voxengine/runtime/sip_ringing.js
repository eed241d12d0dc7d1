// Over SIP, a phone that gives no sign of ringing has not been reached: the trunk is at fault, and not the person.

/** @param {string} name @param {Call} leg */
function watchRinging(name, leg) {
  if (!("sip" in TARGETS[name])) return;
  leg.addEventListener(CallEvents.Ringing, onLegRings);
  leg.addEventListener(CallEvents.AudioStarted, onLegRings);
  const attempt = S.live.find((each) => each.leg === leg);
  if (attempt !== undefined) attempt.hasRung = false;
}

/** @param {{ call: Call }} event */
function onLegRings(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt !== undefined) attempt.hasRung = true;
}

/** Whoever has answered was reached, whatever became of that. @param {Attempt} found @param {LiveAttempt} attempt @returns {Attempt} */
function withoutRinging(found, attempt) {
  const isReached = attempt.state !== "ringing" || attempt.hasRung !== false;
  return found.outcome !== "no_answer" || isReached ? found : { target: found.target, outcome: "unreachable" };
}

ON_DIALLED.push(watchRinging);
ON_SETTLED.push(withoutRinging);
