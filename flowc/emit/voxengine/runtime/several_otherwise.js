// Steps that follow in place of one that cannot be carried out, where a list has several of those: from the second on the way
// there has a number.

/** @typedef {{ instead: number, steps: Step[] }} Instead */

/** @param {Instead} step */
function goOnInstead(step) {
  lineUp(step.steps, S.way + " " + step.instead);
  return true;
}
