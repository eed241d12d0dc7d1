// Texts of the flow, with `${…}` filled in.

const MAX_FILLED = 4096; // characters of a text with its parameters
/** What else has a name in texts, or "". @type {((name: string) => string)[]} */
const ON_NAMED = [];
const REFERENCE = /\$\$\{|\$\{([a-z][a-z0-9_.]*)(?: or (?:"([^"]*)"|'([^']*)'))?\}/g;

/** Fills in ${…}; what is longer than any text may be is cut. @param {string} text @param {Values} parameters */
function fill(text, parameters) {
  let length = text.length;
  const filled = text.replace(REFERENCE, (written, name, inDouble, inSingle) => {
    const value = valueNamed(name, parameters) || inDouble || inSingle || "";
    length += value.length - written.length;
    return length > 2 * MAX_FILLED ? "" : value;
  });
  return shortened(filled, MAX_FILLED);
}

/** The beginning of a text; no character is cut in two. @param {string} text @param {number} most */
function shortened(text, most) {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

/** @param {string | undefined} name of a reference; undefined is the escape of `${` @param {Values} parameters */
function valueNamed(name, parameters) {
  if (name === undefined) return "${";
  if (name === "call.from") return S.from;
  if (name === "call.to") return S.to;
  if (name === "call.id") return S.sessionId;
  if (has(parameters, name)) return String(parameters[name]);
  return ON_NAMED.reduce((value, say) => value || say(name), "");
}
