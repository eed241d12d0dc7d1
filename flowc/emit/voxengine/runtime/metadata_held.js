// Lists and objects that webhooks have answered, in what the flow tells an agent when it starts.

/** @param {Record<string, unknown>} metadata */
function addHeldMetadata(metadata) {
  const texts = ourAgent().metadata || {};
  Object.keys(texts).forEach((name) => {
    const answer = answerAlone(texts[name], S.answersBefore || S.answers);
    if (typeof answer === "object") metadata[name] = answer;
  });
}

ON_AGENT_START.push(addHeldMetadata);
