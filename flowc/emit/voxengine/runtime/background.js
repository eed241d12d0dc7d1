// Actions that leave the conversation alone: the agent talks on meanwhile.

/**
 * Carries out a step; says what went wrong, or "". Null if nothing can: its part of the reply is all there is to it.
 * @template Step
 * @typedef {(step: Step, request: Request) => string | null} BackgroundHandler
 */

/**
 * @typedef {{ [kind in keyof BackgroundSteps]: BackgroundHandler<BackgroundSteps[kind]> }} BackgroundHandlers
 * @typedef {{ ok: true, data?: Values }} Accepted
 */

/**
 * Such an action may begin: a refusal, or "". What it hands back is added to the reply.
 * @type {((steps: Step[], request: Request, reply: Accepted) => string)[]}
 */
const ON_BACKGROUND = [];

/**
 * Carries out the steps of an action that leaves the conversation alone. What cannot be done is refused before anything
 * is: `ok` means that it is under way.
 * @param {Action} action
 * @param {Request} request
 */
function carryOutInBackground(action, request) {
  const steps = action.do;
  if (!steps.every((step) => entryFor(BACKGROUND, step) !== undefined)) return null;
  /** @type {Accepted} */
  const reply = { ok: true };
  const refused = ON_BACKGROUND.reduce((reason, refuse) => reason || refuse(steps, request, reply), "");
  if (refused !== "") return refused;
  const done = steps.map((step, index) => carryOutOne(step, index, request)).filter((failure) => failure !== null);
  // Where some are done, asking once more would do those twice.
  return done.length > 0 && !done.includes("") ? refusal("not_sent", String(done[0])) : JSON.stringify(reply);
}

/** @param {Step} step @param {number} index @param {Request} request */
function carryOutOne(step, index, request) {
  const handler = /** @type {BackgroundHandler<Step>} */ (entryFor(BACKGROUND, step));
  const failure = handler(step, request);
  const [kind, which] = Object.entries(step)[0];
  if (!failure) logStep(request.action, index, kind, typeof which === "string" ? which : undefined);
  else logStep(request.action, index, "cannot " + kind, failure);
  return failure && "cannot " + kind + " " + failure;
}

ON_ACTION.push(carryOutInBackground);
