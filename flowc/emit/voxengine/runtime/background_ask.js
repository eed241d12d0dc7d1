// Actions that ask webhooks and leave the conversation alone: their reply comes when those have answered.

/**
 * @typedef {{ request: Request, client: AgentClient | null, rest: Placed[], answers: Values, question: number, timer: number }} Aside
 *   such an action while it is under way: what of it is still to come, and what was answered so far
 * @typedef {{ [kind in keyof AsideSteps]: (step: AsideSteps[kind], aside: Aside) => string }} AsideHandlers
 */

const PENDING = JSON.stringify({ ok: true, pending: true });
const KEPT_FOR_CALLERS = 1; // questions for which a caller waits

function asidesState() {
  return {
    /** @type {Aside[]} */
    asides: [],
  };
}

/** @param {Action} action @param {Request} request */
function carryOutAsking(action, request) {
  if (action.asks !== true || !areAside(action.do)) return null;
  /** @type {Aside} */
  const aside = { request, client: S.agent, rest: placedIn(action.do, request.action), answers: {}, question: 0, timer: 0 };
  S.asides.push(aside);
  return goOnAside(aside, carryOutUntilQuestion);
}

/** Whether all of them, and those of every arm, leave the conversation alone. @param {Step[]} steps @returns {boolean} */
function areAside(steps) {
  return steps.every((step) => {
    const { among = {} } = /** @type {{ among?: Record<string, Step[]> }} */ (/** @type {unknown} */ (step));
    const isAside = entryFor(BACKGROUND, step) !== undefined || entryFor(ASIDE, step) !== undefined;
    return isAside && Object.keys(among).every((value) => areAside(among[value]));
  });
}

/** What is known meanwhile is what its own webhooks have answered. @param {Aside} aside @param {(aside: Aside) => string} carryOn */
function goOnAside(aside, carryOn) {
  const others = S.answers;
  S.answers = aside.answers;
  const reply = carryOn(aside);
  S.answers = others;
  if (reply !== PENDING) S.asides = S.asides.filter((each) => each !== aside);
  return reply;
}

/**
 * Carries out what stands before the next question, or all that is left. What cannot be done is refused before anything of
 * that is.
 * @param {Aside} aside
 * @returns {string} the reply, or `PENDING`
 */
function carryOutUntilQuestion(aside) {
  const { request } = aside;
  const steps = untilQuestion(aside);
  /** @type {Accepted} */
  const reply = { ok: true };
  const refused = ON_BACKGROUND.reduce((reason, refuse) => reason || refuse(steps, request, reply), "");
  if (refused !== "") return refused;
  steps.forEach((placed) => carryOutOne(placed, request));
  return aside.rest.length > 0 ? askNext(aside) : JSON.stringify(reply);
}

/** What stands before the next question, which is the first of what is left. @param {Aside} aside */
function untilQuestion(aside) {
  const { request, rest } = aside;
  const steps = rest.length > 0 ? ON_PLACED.reduce((placed, replace) => replace(placed, request), rest) : rest;
  const asks = steps.findIndex(({ step }) => "ask" in step);
  aside.rest = asks < 0 ? [] : steps.slice(asks);
  return asks < 0 ? steps : steps.slice(0, asks);
}

/** @param {Aside} aside */
function askNext(aside) {
  const { step, way, index } = aside.rest[0];
  const ask = /** @type {(step: Step, aside: Aside) => string} */ (entryFor(ASIDE, step));
  const why = ask(step, aside);
  if (why === "") {
    logStep(way, index, "ask", /** @type {Ask} */ (step).ask);
    return PENDING;
  }
  logNoAnswer(aside, why);
  return goOnOtherwise(aside);
}

/** Why it cannot be asked, or "". @param {Ask} step @param {Aside} aside */
function askAside(step, aside) {
  forgetAnswerOf(step.ask);
  const why = whyNotAsked(step.ask, KEPT_FOR_CALLERS);
  if (why !== "") return why;
  aside.question = openQuestion(step);
  aside.timer = setTimeout(onAsideLate.bind(null, aside.question), step.withinMs);
  if (postQuestion(aside.question, step, aside.request, onAsideAnswered)) return "";
  clearTimeout(aside.timer);
  return "the platform does not reach it";
}

/** Its question has no answer that can be used. @param {Aside} aside @returns {string} */
function goOnOtherwise(aside) {
  const { step, way } = aside.rest[0];
  const { ask, otherwise } = /** @type {Ask} */ (step);
  aside.rest = placedIn(otherwise, way + ": ask " + ask + " otherwise");
  return carryOutUntilQuestion(aside);
}

/** @param {Aside} aside @param {string} why */
function logNoAnswer(aside, why) {
  const { step, way, index } = aside.rest[0];
  logStep(way, index, "cannot ask", /** @type {Ask} */ (step).ask + ", " + why);
}

/** @param {number} question */
function onAsideLate(question) {
  const aside = S.asides.find((each) => each.question === question);
  if (aside === undefined) return;
  logNoAnswer(aside, "it has not answered in time");
  replyLater(aside, goOnAside(aside, goOnOtherwise));
}

/** What comes too late, or when the call is over, only leaves room for other requests. @param {number} question @param {Answered} result */
function onAsideAnswered(question, result) {
  settle(question);
  const aside = S.asides.find((each) => each.question === question);
  if (aside === undefined) return;
  clearTimeout(aside.timer);
  replyLater(aside, goOnAside(aside, goOnAnswered.bind(null, result)));
}

/** @param {Answered} result @param {Aside} aside */
function goOnAnswered(result, aside) {
  const why = takeAnswer(/** @type {Ask} */ (aside.rest[0].step).ask, result);
  if (why !== "") {
    logNoAnswer(aside, why);
    return goOnOtherwise(aside);
  }
  aside.rest = aside.rest.slice(1);
  return carryOutUntilQuestion(aside);
}

/** The agent that has asked for it is told, and whoever asks under the same id. @param {Aside} aside @param {string} reply */
function replyLater(aside, reply) {
  if (reply === PENDING) return;
  keepReply(aside, reply);
  if (aside.client === S.agent) repeatToAgent(aside.request.id, reply);
}

/** @param {Aside} aside @param {string} reply */
function keepReply(aside, reply) {
  const known = S.replies["id " + aside.request.id];
  if (known !== undefined) known.reply = reply;
}

/** The call is over: nobody waits for an answer. */
function forgetAsides() {
  S.asides.forEach((aside) => {
    clearTimeout(aside.timer);
    keepReply(aside, refusal("call_ended", "the call is over"));
  });
  S.asides = [];
}

ON_ACTION.push(carryOutAsking);
ON_ENDED.push(forgetAsides);
