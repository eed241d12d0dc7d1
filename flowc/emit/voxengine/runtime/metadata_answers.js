// What webhooks have answered before the agent, in what the flow tells it when it starts: for all the call.

function metadataAnswersState() {
  return {
    /** What was answered before the first action, or before an agent was lost. @type {Values | null} */
    answersBefore: null,
  };
}

/** From here on answers are of other steps. */
function keepAnswersBefore() {
  if (S.answersBefore === null) S.answersBefore = S.answers;
}

/** What steps have asked on the way to the agent is over with them. @param {Record<string, unknown>} metadata */
function addMetadataWithAnswers(metadata) {
  S.answers = S.answersBefore || S.answers;
  Object.assign(metadata, fillAll(ourAgent().metadata || {}, {}));
}

ON_ANEW.push(keepAnswersBefore);
ON_AGENT_START.push(addMetadataWithAnswers);
