// What a report says of who was rung for the caller.

/**
 * Whoever still rang when the call ended, or was asked something, has no outcome: `abandoned`.
 * @typedef {{ target: string, outcome: Outcome | "abandoned", rang_seconds?: number, reason?: string }} LastAttempt
 * @typedef {LastAttempt & { action: string | null, talk_seconds?: number }} ReportedAttempt
 */

const MOST_REPORTED = 200;

function reportAttemptsState() {
  return {
    /** All attempts of the call. @type {ReportedAttempt[]} */
    reported: [],
    /** How many there were when what is under way began: an action, or the loss of the agent. */
    reportedBefore: 0,
  };
}

/** @param {LastAttempt} attempt @returns {ReportedAttempt} */
function withAction(attempt) {
  return Object.assign({ action: S.request === null ? null : S.request.action }, attempt);
}

/** @param {Attempt} attempt */
function noteAttempt(attempt) {
  S.reported.push(withAction(attempt));
}

/** The latest has come about, and is over. @param {number | undefined} seconds */
function noteTalk(seconds) {
  if (seconds !== undefined) S.reported[S.reported.length - 1].talk_seconds = Math.round(seconds);
}

/** A person who has left, if nothing but that follows; the agent, if it has asked for just that. @param {EndedBy} by @returns {EndedBy} */
function whoHasLed(by) {
  if (/: afterwards$/.test(S.way) && S.steps.length === 1) return "person";
  return S.reported.length > S.reportedBefore ? "flow" : by;
}

/** @param {LiveAttempt} attempt */
function asAbandoned(attempt) {
  return withAction({ target: attempt.target, outcome: "abandoned" });
}

/** @param {Record<string, unknown>} report */
function reportAttempts(report) {
  if (S.phase === "connected") noteTalk(sinceJoined());
  const abandoned = S.phase === "connected" ? [] : S.live.map(asAbandoned);
  report.tried = S.reported.concat(abandoned).slice(0, MOST_REPORTED);
}

ON_TRIED.push(noteAttempt);
ON_TALK_OVER.push(noteTalk);
ON_HUNG_UP.push(whoHasLed);
ON_REPORT.push(reportAttempts);
