// Targets that are rung again, after a pause in which the caller goes on hearing that it rings.

/** An attempt that ended in one of these may be repeated. @type {Outcome[]} */
const REPEATED = ["not_accepted", "busy", "no_answer", "machine", "unreachable", "failed"];

function attemptsState() {
  return {
    round: 0, // how often those whose turn it is have been rung
    /** Who is rung in the rounds to come. @type {string[]} */
    again: [],
    pauseTimer: 0,
  };
}

/** @param {string[]} names of those whose turn it is @returns {string[]} */
function whoRingsNow(names) {
  if (S.round === 0) S.again = names;
  S.round += 1;
  return S.again;
}

/** @param {Attempt} attempt */
function noteRepeated(attempt) {
  if (!REPEATED.includes(attempt.outcome)) S.again = S.again.filter((name) => name !== attempt.target);
}

/** The round that follows begins when the pause is over. */
function pauseBetween() {
  const item = S.hunt[S.turn];
  if (typeof item === "string" || S.round >= item.attempts || S.again.length === 0) {
    S.round = 0;
    return false;
  }
  log(S.again.join(", ") + ": again in " + item.pauseMs / 1000 + " s");
  if (item.pauseMs === 0) dial();
  else startTimer("pauseTimer", item.pauseMs, onPauseOver);
  return true;
}

function onPauseOver() {
  S.pauseTimer = 0;
  dial();
}

function stopRepeating() {
  stopTimer("pauseTimer");
  S.round = 0;
}

ON_ROUND.push(whoRingsNow);
ON_ATTEMPT_FAILED.push(noteRepeated);
AFTER_ROUND.push(pauseBetween);
ON_HUNT_OVER.push(stopRepeating);
