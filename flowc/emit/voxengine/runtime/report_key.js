// What a report says of the key by which the caller has left the agent: of whom that has rung.

/** An action forgets it. @param {LastAttempt & { key?: string }} attempt */
function addKeyToAttempt(attempt) {
  if (S.ledBy !== "") attempt.key = S.ledBy;
}

function noteKeyOfAttempt() {
  addKeyToAttempt(S.reported[S.reported.length - 1]);
}

/** Of those who rang when the call ended. @param {Record<string, unknown>} report */
function reportKey(report) {
  const tried = /** @type {LastAttempt[]} */ (report.tried);
  tried.filter((attempt) => attempt.outcome === "abandoned").forEach(addKeyToAttempt);
}

ON_TRIED.push(noteKeyOfAttempt);
ON_REPORT.push(reportKey);
