// What a call that is placed was started with, which a branch goes by.

/** @typedef {{ data: string }} DataSubject */

/** @param {DataSubject} subject */
function valueOfData(subject) {
  return [has(S.data, subject.data) ? String(S.data[subject.data]) : "missing"];
}
