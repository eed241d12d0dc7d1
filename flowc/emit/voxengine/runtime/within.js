// A ceiling for a whole hunt, pauses included: until somebody takes the call.

function withinState() {
  return {
    withinTimer: 0,
  };
}

/** @param {Transfer} transfer */
function beginWithin(transfer) {
  if (transfer.withinMs !== undefined) startTimer("withinTimer", transfer.withinMs, onWithinOver);
}

/** Who rings now has not answered, who has answered has not taken it, and nobody else is rung. */
function onWithinOver() {
  log("nobody has taken the call in time");
  S.live.forEach((attempt) => {
    const outcome = attempt.state === "ringing" ? "no_answer" : "not_accepted";
    letGo(attempt);
    cameTo(attempt, outcome);
  });
  notConnected();
}

function stopWithin() {
  stopTimer("withinTimer");
}

ON_HUNT_BEGUN.push(beginWithin);
ON_TAKEN.push(stopWithin);
ON_HUNT_OVER.push(stopWithin);
