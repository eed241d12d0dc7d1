// A call begins with the steps of `inbound`. What says or rings something answers it, and what only decides does not.

/** @typedef {{ inbound: Step[] }} Entry */

/** Steps that answer no call. */
const UNANSWERED = ["ask", "by", "language", "notify", "reject", "route", "start_agent"];

/** Whether the steps wait for something before they begin. @type {(() => boolean)[]} */
const ON_BEGIN = [];

function beginSteps() {
  S.phase = "steps";
  lineUp(ENTRY.inbound, "inbound");
  if (!ON_BEGIN.some((waits) => waits())) nextStep();
}

/** Whether the caller has to be answered before this step: then it follows. @param {Step} step */
function isToBeAnswered(step) {
  if (S.answered || UNANSWERED.includes(Object.keys(step)[0])) return false;
  answerCaller();
  return true;
}

ON_CALL.push(beginSteps);
ON_STEP.push(isToBeAnswered);
