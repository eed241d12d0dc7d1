// What the agent opens with when it has the caller back, in the language of the call.

/** @param {Record<string, unknown>} returned @param {ReturnToAgent} step */
function addWordsInLanguage(returned, step) {
  const prompt = step.return_to_agent.say;
  if (prompt !== undefined) returned.say = fill(PROMPTS[S.language + "$" + prompt], {});
}

ON_RETURNED.push(addWordsInLanguage);
