// What the agent opens with when it has the caller back.

/** @param {Record<string, unknown>} returned @param {ReturnToAgent} step */
function addOpeningWords(returned, step) {
  const prompt = step.return_to_agent.say;
  if (prompt !== undefined) returned.say = fill(PROMPTS[prompt], {});
}

ON_RETURNED.push(addOpeningWords);
