// What the log says of a prompt that is not heard.

/** @param {number} index @param {string} prompt @param {string} why */
function cannotSay(index, prompt, why) {
  logStep(S.way, index, "cannot say", prompt + ", " + why);
}
