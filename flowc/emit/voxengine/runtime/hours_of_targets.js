// Targets that are called in their hours alone.

/** @param {Target} target @returns {[Outcome, string] | null} */
function closedNow(target) {
  return target.hours !== undefined && hoursAre(target.hours) === "closed" ? ["closed", "outside its hours"] : null;
}

BEFORE_RINGING.push(closedNow);
