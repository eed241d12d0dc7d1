// Outcomes after which nobody else is rung.

function stopOnState() {
  return {
    /** What stops the hunt, and the target that had it. @type {Outcome | ""} */
    stopping: "",
    stoppingTarget: "",
  };
}

/** @param {Attempt} attempt */
function noteStop(attempt) {
  const { stop_on } = /** @type {Transfer} */ (S.transfer);
  if (stop_on === undefined || S.stopping !== "" || !stop_on.includes(attempt.outcome)) return;
  S.stopping = attempt.outcome;
  S.stoppingTarget = attempt.target;
}

/** Those that ring together with it have rung to their end. */
function stopsHere() {
  if (S.stopping === "") return false;
  notConnected();
  return true;
}

/** The hunt has the outcome that has stopped it, however hopeful another was. */
function tellStop() {
  if (S.stopping !== "") {
    S.hopeful = S.stopping;
    S.hopefulTarget = S.stoppingTarget;
  }
  S.stopping = "";
  S.stoppingTarget = "";
}

ON_ATTEMPT_FAILED.push(noteStop);
AFTER_ROUND.push(stopsHere);
ON_HUNT_OVER.push(tellStop);
