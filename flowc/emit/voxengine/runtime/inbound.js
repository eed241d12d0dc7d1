// A call begins with the steps of `inbound`. What says or rings something answers it, and what only decides does not.

/** @typedef {{ inbound: Step[] }} Entry */

/** Steps that answer no call. */
const UNANSWERED = ["ask", "by", "language", "notify", "reject", "route", "start_agent"];

/** Whether the steps wait for something before they begin. @type {(() => boolean)[]} */
const ON_BEGIN = [];

function beginInbound() {
  beginSteps(ENTRY.inbound, "inbound");
}

/** @param {Step[]} steps @param {string} way where they stand in the flow */
function beginSteps(steps, way) {
  S.phase = "steps";
  lineUp(steps, way);
  if (!ON_BEGIN.some((waits) => waits())) nextStep();
}

/** Whether there is a caller who has to be answered before this step: then it follows. @param {Step} step */
function isToBeAnswered(step) {
  if (S.answered || S.caller === null || UNANSWERED.includes(Object.keys(step)[0])) return false;
  answerCaller();
  return true;
}

ON_CALL.push(beginInbound);
ON_STEP.push(isToBeAnswered);
