// Steps that begin at once.

/** @param {Step[]} steps @param {string} way where they stand in the flow */
function run(steps, way) {
  lineUp(steps, way);
  nextStep();
}
