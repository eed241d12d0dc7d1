// What webhooks have answered, handed back to the agent as it is.

const ANSWER_ALONE = /^\$\{([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)(?: or (?:"[^"]*"|'[^']*'))?\}$/;

/**
 * A text that is one answer and nothing else is its value: a number stays a number, a list stays a list.
 * @param {Placed[]} steps
 * @param {Request} _
 * @param {Accepted} reply
 */
function addAnswers(steps, _, reply) {
  const { data } = reply;
  if (data === undefined) return "";
  steps.forEach(({ step }) => {
    const texts = "reply" in step ? step.reply : {};
    Object.keys(texts).forEach((name) => {
      const alone = ANSWER_ALONE.exec(texts[name]);
      if (alone !== null && has(S.answers, alone[1]) && S.answers[alone[1]] !== "") data[name] = S.answers[alone[1]];
    });
  });
  return JSON.stringify(reply).length <= MAX_REPLY ? "" : refusal("invalid_parameters", "with this answer the reply is too long");
}

ON_BACKGROUND.push(addAnswers);
