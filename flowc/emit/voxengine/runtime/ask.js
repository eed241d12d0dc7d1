// The step that asks a webhook, and waits for its answer: what follows may go by that, and say it. Whatever is heard next
// ends the ringback.

/** @typedef {{ ask: string, withinMs: number, otherwise: Step[] }} Ask */

const LONGEST_ANSWER = 65536; // characters
const LONGEST_TEXT = 8192; // characters of a field
const SETTLED_MS = 2000; // so much later than `within` the platform has said what has become of a question, if it says anything

function askState() {
  return {
    /** What webhooks have answered since the steps began, by its name in the flow: `roster.who`. @type {Values} */
    answers: {},
    askTimer: 0,
    /** The question whose answer is waited for, if any is: one of `unsettled`. */
    question: 0,
    /** Each question of which the platform has not said yet what has become of it: the timer after which nobody expects that. */
    unsettled: [0, 0, 0],
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

/** @param {string} name */
function forgetAnswerOf(name) {
  Object.keys(S.answers).forEach((field) => {
    if (field.startsWith(name + ".")) delete S.answers[field];
  });
}

/** Asks it; or says why that is not possible. @param {Ask} step */
function sendQuestion(step) {
  const name = step.ask;
  const slot = S.unsettled.indexOf(0);
  if (addressOfWebhook(name) === "") return NO_ADDRESS;
  if (slot < 0) return "too much is not answered yet";
  const told = whatIsTold(newPost(name, contentFor(S.request)));
  const question = setTimeout(onQuestionUnsaid.bind(null, slot), step.withinMs + SETTLED_MS);
  S.unsettled[slot] = question;
  S.question = question;
  startTimer("askTimer", step.withinMs, onQuestionLate);
  const sent = safely("ask the webhook " + name, () => {
    Net.httpRequestAsync(addressOfWebhook(name), {
      method: "POST",
      headers: told.headers,
      postData: told.body,
      timeout: Math.ceil(step.withinMs / 1000),
    }).then(onQuestionSettled.bind(null, question), onQuestionFailed.bind(null, question));
  });
  if (sent) return "";
  stopTimer("askTimer");
  settle(question);
  return "the platform does not reach it";
}

/** There is room for another request. @param {number} question */
function settle(question) {
  clearTimeout(question);
  S.unsettled = S.unsettled.map((each) => (each === question ? 0 : each));
  sendPosts();
}

/** The platform has not said what has become of it: nobody expects that any more. @param {number} slot */
function onQuestionUnsaid(slot) {
  settle(S.unsettled[slot]);
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

/** @param {number} question */
function onQuestionFailed(question) {
  onQuestionSettled(question, { code: NOT_REACHED, text: "" });
}

/** What comes too late, or when the call is over, only leaves room for other requests. @param {number} question @param {{ code: number, text?: string }} result */
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

/** Why it is none that can be used, or "". @param {string} name @param {{ code: number, text?: string }} result */
function takeAnswer(name, result) {
  const { code, text } = result;
  if (code < 200 || code > 299) return (code < 100 ? "it could not be reached, code " : "it has answered ") + code;
  if (typeof text !== "string" || text.length > LONGEST_ANSWER) return "its answer is too long, or no text";
  const body = parsed(text);
  if (body === null) return "its answer is not a JSON object";
  /** @type {Values} */
  const values = {};
  const declared = /** @type {Record<string, Parameter>} */ (WEBHOOKS[name].answer);
  const complaint = readParameters(declared, body, values);
  if (complaint !== "") return "of its answer, " + complaint;
  const long = Object.keys(values).find((field) => Array.from(String(values[field])).length > LONGEST_TEXT);
  if (long !== undefined) return "of its answer, " + long + " is too long";
  Object.keys(values).forEach((field) => {
    S.answers[name + "." + field] = values[field];
  });
  return "";
}

/** `otherwise` follows. @param {string} why */
function goOnWithoutAnswer(why) {
  const step = stepThatAsks();
  logStep(S.way, S.position - 1, "cannot ask", step.ask + ", " + why);
  lineUp(step.otherwise, S.way + ": ask " + step.ask + " otherwise");
}

/** During the call there is room for one question more. */
function roomForQuestions() {
  return S.unsettled.filter((question) => question !== 0).length + (S.phase === "ended" ? 0 : 1);
}

ON_ROOM.push(roomForQuestions);
ON_ENDED.push(sendPosts); // nothing is asked any more
