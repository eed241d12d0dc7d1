// Telephone numbers are spoken digit by digit.

const NUMBER = /\+?[0-9]+/g;

/** @param {string} text */
function spellNumbers(text) {
  return text.replace(NUMBER, (number) => (isTelephoneNumber(number) ? number.replace("+", "").split("").join(" ") : number));
}

/** A number with its plus; or one of a switchboard, if it is who calls or who was called. @param {string} number */
function isTelephoneNumber(number) {
  return /^\+[1-9][0-9]{6,14}$/.test(number) || number === S.from || number === S.to;
}

ON_WORDS.push(spellNumbers);
