// A model that does not answer while the agent talks on, or introduces somebody: it goes on without the agent.

/** @param {Action} _ @param {Request} request */
function introduceWithoutAnswer(_, request) {
  if (request.action !== NO_ANSWER || introductionMs() === undefined || S.agent === null || S.leavesBoth) return null;
  closeAgent();
  goOnWithoutIntroducer();
  return JSON.stringify({ ok: true });
}

ON_ACTION.push(introduceWithoutAnswer);
