// A field of what a webhook has answered, which a branch goes by.

/** @typedef {{ answer: string }} AnswerSubject */

/** @param {AnswerSubject} subject */
function valueOfAnswer(subject) {
  return has(S.answers, subject.answer) ? [String(S.answers[subject.answer])] : ["missing"];
}
