// The step that asks a webhook, and waits for its answer: what follows may go by that, and say it. Whatever is heard next
// ends the ringback.

function askState() {
  return {
    askTimer: 0,
    /** The question whose answer is waited for, if any is: one of `unsettled`. */
    question: 0,
  };
}

/** @param {Ask} step @param {number} index */
function askWebhook(step, index) {
  S.phase = "steps";
  if (!beginToAsk(step, index)) return true;
  if (S.answered) playRingback(); // before that it rings on the network
  return false;
}

/** It is asked; if not, `otherwise` follows. @param {Ask} step @param {number} index */
function beginToAsk(step, index) {
  const name = step.ask;
  forgetAnswerOf(name);
  const why = sendQuestion(step);
  if (why === "") logStep(S.way, index, "ask", name);
  else goOnWithoutAnswer(why);
  return why === "";
}

/** Asks it; or says why that is not possible. @param {Ask} step */
function sendQuestion(step) {
  const why = whyNotAsked(step.ask, 0);
  if (why !== "") return why;
  S.question = openQuestion(step);
  startTimer("askTimer", step.withinMs, onQuestionLate);
  if (postQuestion(S.question, step, S.request, onQuestionSettled)) return "";
  stopTimer("askTimer");
  return "the platform does not reach it";
}

/** The step whose answer is waited for. */
function stepThatAsks() {
  return /** @type {Ask} */ (S.steps[S.position - 1]);
}

function onQuestionLate() {
  S.askTimer = 0;
  goOnWithoutAnswer("it has not answered in time");
  goOnAsked();
}

/** What comes too late, or when the call is over, only leaves room for other requests. @param {number} question @param {Answered} result */
function onQuestionSettled(question, result) {
  settle(question);
  if (S.askTimer === 0 || S.question !== question) return;
  stopTimer("askTimer");
  const why = takeAnswer(stepThatAsks().ask, result);
  if (why !== "") goOnWithoutAnswer(why);
  goOnAsked();
}

/** What follows has its turn, unless the agent is still heard out. */
function goOnAsked() {
  if (S.phase === "steps") nextStep();
}

/** `otherwise` follows. @param {string} why */
function goOnWithoutAnswer(why) {
  const step = stepThatAsks();
  logStep(S.way, S.position - 1, "cannot ask", step.ask + ", " + why);
  lineUp(step.otherwise, S.way + ": ask " + step.ask + " otherwise");
}
