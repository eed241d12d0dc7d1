// Parameters that are phone numbers in E.164. Emergency and other short numbers are none.

/** @param {Parameter} parameter @param {string} text */
function complaintAboutPhone(parameter, text) {
  if (parameter.format !== "phone" || /^\+[1-9][0-9]{6,14}$/.test(text)) return "";
  return /^\+?[0-9]{1,6}$/.test(text) ? "is an emergency number or another short one" : "must be a phone number in E.164";
}

ON_TEXT.push(complaintAboutPhone);
