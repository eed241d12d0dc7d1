// Patterns that the whole text of a parameter fits.

/** @param {Parameter} parameter @param {string} text */
function complaintAboutForm(parameter, text) {
  if (parameter.pattern === undefined || new RegExp("^(?:" + parameter.pattern + ")$", "u").test(text)) return "";
  return "does not fit its pattern";
}

ON_TEXT.push(complaintAboutForm);
