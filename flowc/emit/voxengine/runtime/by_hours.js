// Hours that a branch goes by: they are read when it is reached.

/** @typedef {{ hours: string }} HoursSubject */

/** @param {HoursSubject} subject */
function stateOfHours(subject) {
  return [hoursAre(subject.hours)];
}
