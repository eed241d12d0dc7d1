// The step by which the caller chooses with a key: a prompt says which, and is heard again where none of them is pressed.

/** @typedef {{ menu: string, keys: { key: string, do: Step[] }[], withinMs: number, times: number, otherwise: Step[] }} Menu */

function menuState() {
  return {
    /** Of which a key is waited for. @type {Menu | null} */
    menu: null,
    menuTries: 0, // how often its prompt was begun
    menuTimer: 0,
  };
}

/** @param {Menu} step @param {number} index */
function askForChoice(step, index) {
  S.phase = "steps";
  S.menu = step;
  S.menuTries = 0;
  const why = offerChoices(step);
  if (why === "") logStep(S.way, index, "menu", step.menu);
  else noChoice(step, index, why);
  return why !== "";
}

/** Why its prompt cannot be heard, or "". @param {Menu} menu */
function offerChoices(menu) {
  S.menuTries += 1;
  return speak(menu.menu, waitForChoice, false);
}

/** The prompt is over. */
function waitForChoice() {
  const { withinMs } = /** @type {Menu} */ (S.menu);
  startTimer("menuTimer", withinMs, onChoiceLate);
}

function onChoiceLate() {
  S.menuTimer = 0;
  offerAgain();
}

/** What is heard ends with whatever follows. @param {_ToneReceivedEvent} event */
function chooseByKey(event) {
  const menu = S.menu;
  if (menu === null) return false;
  stopTimer("menuTimer");
  const number = menu.keys.findIndex((choice) => choice.key === event.tone);
  if (number < 0) offerAgain();
  else {
    S.menu = null;
    run(menu.keys[number].do, S.way + ": choice " + (number + 1)); // which key it is, no log has
  }
  return true;
}

/** No key came, or one that is not offered. */
function offerAgain() {
  const menu = /** @type {Menu} */ (S.menu);
  const isLast = S.menuTries >= menu.times;
  const why = isLast ? "nothing is chosen" : offerChoices(menu);
  if (why === "") return;
  noChoice(menu, S.position - 1, why);
  nextStep();
}

/** @param {Menu} menu @param {number} index @param {string} why */
function noChoice(menu, index, why) {
  S.menu = null;
  logStep(S.way, index, "cannot menu", menu.menu + ", " + why);
  lineUp(menu.otherwise, S.way + ": otherwise");
}

ON_KEY.push(chooseByKey);
