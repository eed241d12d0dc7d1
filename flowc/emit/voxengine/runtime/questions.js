// Questions to webhooks, and what they answer.

/**
 * @typedef {{ ask: string, withinMs: number, otherwise: Step[] }} Ask
 * @typedef {{ code: number, text?: string }} Answered what the platform says of a question
 */

const LONGEST_ANSWER = 65536; // characters
const LONGEST_TEXT = 8192; // characters of a field, as JSON where it is no text
const SETTLED_MS = 2000; // so much later than `within` the platform has said what has become of a question, if it says anything

function questionsState() {
  return {
    /** What webhooks have answered since the steps began, by its name in the flow: `roster.who`. @type {Values} */
    answers: {},
    /** Each question of which the platform has not said yet what has become of it: the timer after which nobody expects that. */
    unsettled: [0, 0, 0],
  };
}

/** @param {string} name */
function forgetAnswerOf(name) {
  Object.keys(S.answers).forEach((field) => {
    if (field.startsWith(name + ".")) delete S.answers[field];
  });
}

/** Why a webhook cannot be asked now, or "". @param {string} name @param {number} kept questions for which room is left */
function whyNotAsked(name, kept) {
  if (addressOfWebhook(name) === "") return NO_ADDRESS;
  return S.unsettled.filter((question) => question === 0).length <= kept ? "too much is not answered yet" : "";
}

/** A question is about to be asked: which it is. @param {Ask} step */
function openQuestion(step) {
  const slot = S.unsettled.indexOf(0);
  const question = setTimeout(onQuestionUnsaid.bind(null, slot), step.withinMs + SETTLED_MS);
  S.unsettled[slot] = question;
  return question;
}

/**
 * Asks a webhook; says whether the platform does.
 * @param {number} question
 * @param {Ask} step
 * @param {Request | null} request
 * @param {(question: number, result: Answered) => void} onAnswered
 */
function postQuestion(question, step, request, onAnswered) {
  const name = step.ask;
  const told = whatIsTold(newPost(name, contentFor(request)));
  const sent = safely("ask the webhook " + name, () => {
    Net.httpRequestAsync(addressOfWebhook(name), {
      method: "POST",
      headers: told.headers,
      postData: told.body,
      timeout: Math.ceil(step.withinMs / 1000),
    }).then(onAnswered.bind(null, question), onQuestionFailed.bind(null, onAnswered, question));
  });
  if (!sent) settle(question);
  return sent;
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

/** @param {(question: number, result: Answered) => void} onAnswered @param {number} question */
function onQuestionFailed(onAnswered, question) {
  onAnswered(question, { code: NOT_REACHED, text: "" });
}

/** Why it is none that can be used, or "". @param {string} name @param {Answered} result */
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
  if (complaint !== "") return "of its answer, " + complaint.split(' "')[0]; // what it has named itself is in no log
  const long = Object.keys(values).find((field) => lengthOf(values[field]) > LONGEST_TEXT);
  if (long !== undefined) return "of its answer, " + long + " is too long";
  Object.keys(values).forEach((field) => {
    S.answers[name + "." + field] = values[field];
  });
  return "";
}

/** Of a text, or of what it is as JSON. @param {Values[string]} value */
function lengthOf(value) {
  return Array.from(typeof value === "string" ? value : JSON.stringify(value)).length;
}

/** During the call there is room for one question more. */
function roomForQuestions() {
  return S.unsettled.filter((question) => question !== 0).length + (S.phase === "ended" ? 0 : 1);
}

ON_ROOM.push(roomForQuestions);
ON_ENDED.push(sendPosts); // nothing is asked any more
