// The numbers of those who call, by the names that a flow has for them.

/** @typedef {string[] | Setting} Callers */

/** The first that has the number. @param {string} number */
function callersWith(number) {
  return Object.keys(CALLERS)
    .filter((name) => numbersOf(name).some((each) => digitsOf(each) === digitsOf(number)))
    .slice(0, 1);
}

/** @param {string} name @returns {string[]} */
function numbersOf(name) {
  const listed = CALLERS[name];
  if (Array.isArray(listed)) return listed;
  const written = valueOf(listed)
    .split(",")
    .map((each) => each.trim());
  const numbers = written.filter((each) => /^\+?[1-9][0-9]{6,14}$/.test(each));
  if (numbers.length < written.length) log("callers " + name + ": what is missing or no number is passed over: " + (written.length - numbers.length));
  return numbers;
}

/** @param {string} number */
function digitsOf(number) {
  return number.replace(/^\+/, "");
}

ON_CALLING.push(callersWith);
