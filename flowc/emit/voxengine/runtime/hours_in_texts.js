// Texts that say whether it is open: `${hours.office}`.

/** @param {string} name */
function hoursNamed(name) {
  const hours = name.replace(/^hours\./, "");
  return hours !== name && has(HOURS, hours) ? hoursAre(hours) : "";
}

ON_NAMED.push(hoursNamed);
