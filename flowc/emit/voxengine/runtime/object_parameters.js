// Parameters that are objects, and objects in other parameters: what they declare, and nothing else.

/** @param {string} name @param {Parameter} parameter @param {unknown} value */
function complaintAboutObject(name, parameter, value) {
  const declared = /** @type {Record<string, Parameter>} */ (parameter.properties);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return name + " must be object";
  const held = /** @type {Record<string, unknown>} */ (value);
  const unknown = Object.keys(held).find((key) => !has(declared, key));
  if (unknown !== undefined) return name + " has an unknown property " + JSON.stringify(unknown.slice(0, 64));
  const complaints = Object.keys(declared).map((key) => {
    if (has(held, key)) return complaintAbout(name + "." + key, declared[key], held[key]);
    return declared[key].optional ? "" : name + "." + key + " is missing";
  });
  return complaints.reduce((first, complaint) => first || complaint, "");
}

HOLDING.object = complaintAboutObject;
