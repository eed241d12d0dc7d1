// What webhooks have answered, handed back to the agent as it is: a number stays a number, a list stays a list.

/** @param {Placed[]} steps @param {Request} _ @param {Accepted} reply */
function addAnswers(steps, _, reply) {
  const { data } = reply;
  if (data === undefined) return "";
  steps.forEach(({ step }) => {
    const texts = "reply" in step ? step.reply : {};
    Object.keys(texts).forEach((name) => {
      const answer = answerAlone(texts[name], S.answers);
      if (answer !== undefined && answer !== "") data[name] = answer;
    });
  });
  return JSON.stringify(reply).length <= MAX_REPLY ? "" : refusal("invalid_parameters", "with this answer the reply is too long");
}

ON_BACKGROUND.push(addAnswers);
