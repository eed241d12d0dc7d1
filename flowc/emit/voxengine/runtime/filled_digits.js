// Digits that a parameter holds, whose pattern has keys alone.

/** @param {string} keys */
function keysFilledIn(keys) {
  return fill(keys, S.request === null ? {} : S.request.parameters);
}

ON_DIGITS.push(keysFilledIn);
