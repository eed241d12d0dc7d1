// Actions that leave the conversation alone: the agent talks on meanwhile.

/**
 * Carries out a step; says what went wrong, or "". Null if nothing can: its part of the reply is all there is to it.
 * @template Step
 * @typedef {(step: Step, request: Request) => string | null} BackgroundHandler
 */

/**
 * @typedef {{ [kind in keyof BackgroundSteps]: BackgroundHandler<BackgroundSteps[kind]> }} BackgroundHandlers
 * @typedef {{ ok: true, data?: Values }} Accepted
 * @typedef {{ step: Step, way: string, index: number, which?: string }} Placed a step, where it stands, and what the log
 *   says of it
 */

/** What is carried out in place of these steps. @type {((placed: Placed[], request: Request) => Placed[])[]} */
const ON_PLACED = [];
/**
 * Such an action may begin: a refusal, or "". What it hands back is added to the reply.
 * @type {((steps: Placed[], request: Request, reply: Accepted) => string)[]}
 */
const ON_BACKGROUND = [];

/**
 * Carries out the steps of an action that leaves the conversation alone. What cannot be done is refused before anything
 * is: `ok` means that it is under way.
 * @param {Action} action
 * @param {Request} request
 */
function carryOutInBackground(action, request) {
  const steps = ON_PLACED.reduce((placed, replace) => replace(placed, request), placedIn(action.do, request.action));
  if (!steps.every((placed) => entryFor(BACKGROUND, placed.step) !== undefined)) return null;
  /** @type {Accepted} */
  const reply = { ok: true };
  const refused = ON_BACKGROUND.reduce((reason, refuse) => reason || refuse(steps, request, reply), "");
  if (refused !== "") return refused;
  const done = steps.map((placed) => carryOutOne(placed, request)).filter((failure) => failure !== null);
  // Where some are done, asking once more would do those twice.
  return done.length > 0 && !done.includes("") ? refusal("not_sent", String(done[0])) : JSON.stringify(reply);
}

/** @param {Step[]} steps @param {string} way @returns {Placed[]} */
function placedIn(steps, way) {
  return steps.map((step, index) => ({ step: step, way: way, index: index }));
}

/** @param {Placed} placed @param {Request} request */
function carryOutOne(placed, request) {
  const { step, way, index, which } = placed;
  const handler = /** @type {BackgroundHandler<Step>} */ (entryFor(BACKGROUND, step));
  const failure = handler(step, request);
  const [kind, value] = Object.entries(step)[0];
  if (!failure) logStep(way, index, kind, which || (typeof value === "string" ? value : undefined));
  else logStep(way, index, "cannot " + kind, failure);
  return failure && "cannot " + kind + " " + failure;
}

ON_ACTION.push(carryOutInBackground);
