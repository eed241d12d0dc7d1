// The parameters of a request, checked against the flow's: nobody else does.

/** What is wrong with a text beside its length, or "". @type {((parameter: Parameter, text: string) => string)[]} */
const ON_TEXT = [];
/**
 * What is wrong with a value that holds others, by the type that it is to have.
 * @type {Partial<Record<Parameter["type"], (name: string, parameter: Parameter, value: unknown) => string>>}
 */
const HOLDING = {};

/**
 * Takes the declared parameters out of the body into `values`; says what is wrong with them, or "".
 * @param {Record<string, Parameter>} declared
 * @param {Record<string, unknown>} body
 * @param {Values} values
 */
function readParameters(declared, body, values) {
  const complaints = Object.keys(declared).map((name) => {
    const parameter = declared[name];
    const written = has(body, name) ? body[name] : null;
    const value = parameter.optional && written === "" ? null : written; // models leave things out in this way too
    if (value === null) return parameter.optional ? "" : name + " is missing";
    values[name] = /** @type {Values[string]} */ (value); // or a complaint
    return complaintAbout(name, parameter, value);
  });
  return complaints.find((complaint) => complaint !== "") || "";
}

/** @param {string} name @param {Parameter} parameter @param {unknown} value @returns {string} */
function complaintAbout(name, parameter, value) {
  const holding = HOLDING[parameter.type];
  if (holding !== undefined) return holding(name, parameter, value);
  if (typeof value !== (parameter.type === "integer" ? "number" : parameter.type)) return name + " must be " + parameter.type;
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return name + " is out of range"; // it may have been rounded
  if (parameter.type === "integer" && !Number.isInteger(value)) return name + " must be a whole number";
  if (typeof value === "string") {
    const length = Array.from(value).length; // in characters, as JSON Schema counts
    if (parameter.enum !== undefined && !parameter.enum.includes(value)) return name + " must be one of " + parameter.enum.join(", ");
    if (parameter.minLength !== undefined && length < parameter.minLength) return name + " is too short";
    if (parameter.maxLength !== undefined && length > parameter.maxLength) return name + " is too long";
    const complaint = ON_TEXT.map((check) => check(parameter, value)).find((each) => each !== "");
    if (complaint !== undefined) return name + " " + complaint;
  }
  if (typeof value === "number") {
    if (parameter.minimum !== undefined && value < parameter.minimum) return name + " is too small";
    if (parameter.maximum !== undefined && value > parameter.maximum) return name + " is too large";
  }
  return "";
}
