// What is the call's own, which branches go by: `call.to` and its like.

/** @typedef {{ call: "from" | "to" | "language" }} CallSubject */

/** What each may be called, by its name behind `call.`. @type {Record<string, () => string[]>} */
const OF_CALL = {};

/** @param {CallSubject} subject */
function ofTheCall(subject) {
  return OF_CALL[subject.call]();
}
