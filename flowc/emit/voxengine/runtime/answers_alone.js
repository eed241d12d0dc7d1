// Texts that are an answer of a webhook and nothing else: they stand for the answer itself.

const ANSWER_ALONE = /^\$\{([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)(?: or (?:"[^"]*"|'[^']*'))?\}$/;

/** The answer that a text stands for; undefined if it is none, or is not there. @param {string} text @param {Values} answers */
function answerAlone(text, answers) {
  const alone = ANSWER_ALONE.exec(text);
  return alone !== null && has(answers, alone[1]) ? answers[alone[1]] : undefined;
}
