// The number that the caller has dialled, and the language of the call, which branches go by.

/** @typedef {{ call: "to" | "language" }} CallSubject */

/** With or without its plus, which a trunk may leave out. @param {CallSubject} subject */
function ofTheCall(subject) {
  return subject.call === "language" ? [S.language] : [S.to, "+" + S.to];
}
