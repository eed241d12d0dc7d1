// Parameters that are lists, and lists in other parameters.

/** @param {string} name @param {Parameter} parameter @param {unknown} value */
function complaintAboutList(name, parameter, value) {
  const item = /** @type {Parameter} */ (parameter.items);
  if (!Array.isArray(value)) return name + " must be array";
  if (parameter.minItems !== undefined && value.length < parameter.minItems) return name + " has too few items";
  if (value.length > /** @type {number} */ (parameter.maxItems)) return name + " has too many items";
  const complaints = value.map((each, index) => complaintAbout(name + "[" + index + "]", item, each));
  return complaints.reduce((first, complaint) => first || complaint, "");
}

HOLDING.array = complaintAboutList;
