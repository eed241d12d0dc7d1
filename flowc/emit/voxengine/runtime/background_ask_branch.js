// Branches in actions that leave the conversation alone, and may ask: they go by what was answered before.

/** A branch stands last in its list, and the steps for its value behind it. @param {Placed[]} placed @param {Request} request @returns {Placed[]} */
function withArm(placed, request) {
  const last = placed[placed.length - 1];
  if (!("by" in last.step) || placed.some(({ step }) => "ask" in step)) return placed;
  const { by, among } = last.step;
  const arm = armFor(by, among, request);
  const branch = Object.assign({}, last, { which: choiceInWords(by, arm) });
  return placed.slice(0, -1).concat(branch, withArm(placedIn(among[arm], last.way + ": among " + arm), request));
}

/** What it leads to stands behind it. */
function branchInBackground() {
  return null;
}

ON_PLACED.push(withArm);
