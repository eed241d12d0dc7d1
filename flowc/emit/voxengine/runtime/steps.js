// The steps of the flow, one after the other.

/**
 * What carries out a step. True if the next one follows at once: false if it has to wait for something, or if this one
 * has decided what becomes of the caller.
 * @template Step
 * @typedef {(step: Step, index: number) => boolean} StepHandler
 */

/**
 * What has led to the steps, if that was an action.
 * @typedef {Record<string, string | number | boolean | object>} Values
 * @typedef {{ action: string, id: string, parameters: Values }} Request
 */

/** A step is about to be carried out: true if it has to wait. @type {((step: Step) => boolean)[]} */
const ON_STEP = [];

/** @typedef {{ [kind in keyof Steps]: StepHandler<Steps[kind]> }} StepHandlers */

function stepsState() {
  return {
    /** @type {Step[]} */
    steps: [],
    position: 0,
    /** Where these steps stand in the flow: `call_transfer: fallback busy`. */
    way: "",
    /** The action under way. @type {Request | null} */
    request: null,
  };
}

/** These are the steps that follow. @param {Step[]} steps @param {string} way where they stand in the flow */
function lineUp(steps, way) {
  S.steps = steps;
  S.position = 0;
  S.way = way;
}

/** Goes on until a step has to wait for something, or the steps have decided what becomes of the caller. */
function nextStep() {
  while (S.phase !== "ended") {
    const index = S.position;
    if (index >= S.steps.length) {
      endCall("the steps of " + S.way + " have run out");
      return;
    }
    const step = S.steps[index];
    if (ON_STEP.some((waits) => waits(step))) return;
    if (!carryOut(index)) return;
  }
}

/** @param {number} index */
function carryOut(index) {
  const step = S.steps[index];
  S.position = index + 1;
  const handler = /** @type {StepHandler<Step> | undefined} */ (entryFor(STEPS, step));
  if (handler !== undefined) return handler(step, index);
  // What the type checker takes for impossible; a caller is not left in silence for it.
  endCall(S.way + " has a step that this scenario cannot carry out: " + Object.keys(step)[0]);
  return false;
}
