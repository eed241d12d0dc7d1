// Whether a number is that of the caller, or the one that was dialled.

/** With or without plus. @param {string} number @param {string} name of the caller, or of what was dialled */
function isSameNumber(number, name) {
  return name !== "" && number.replace(/^\+/, "") === name.replace(/^\+/, "");
}
