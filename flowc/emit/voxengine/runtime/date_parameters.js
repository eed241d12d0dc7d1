// Parameters that are days of the calendar, leap years included.

/** @param {Parameter} parameter @param {string} text */
function complaintAboutDate(parameter, text) {
  return parameter.format !== "date" || isDate(text) ? "" : "must be a day that exists, as YYYY-MM-DD";
}

/** @param {string} text */
function isDate(text) {
  if (!/^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/.test(text)) return false;
  const [year, month, day] = text.split("-").map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= last;
}

ON_TEXT.push(complaintAboutDate);
