// Data that an action hands back to the agent.

/** @typedef {{ reply: Record<string, string> }} Reply */

const MAX_REPLY = 16384; // characters of a reply

/**
 * Adds what an action hands back to its reply; a refusal if that is longer than it may be.
 * @param {Placed[]} steps
 * @param {Request} request
 * @param {Accepted} reply
 */
function addData(steps, request, reply) {
  const data = steps.map(({ step }) => ("reply" in step ? step.reply : {})).find((texts) => Object.keys(texts).length > 0);
  if (data === undefined) return "";
  const length = Object.keys(data).reduce((sum, name) => sum + filledLength(data[name], request.parameters), 0);
  if (length <= MAX_REPLY) {
    /** @type {Values} */
    const filled = {};
    Object.keys(data).forEach((name) => {
      filled[name] = handedBack(data[name], request.parameters);
    });
    reply.data = filled;
  }
  return length <= MAX_REPLY && JSON.stringify(reply).length <= MAX_REPLY
    ? ""
    : refusal("invalid_parameters", "with these parameters the reply is too long");
}

/** How long a text is with everything filled in. @param {string} text @param {Values} parameters */
function filledLength(text, parameters) {
  let length = text.length;
  text.replace(REFERENCE, (written, name, inDouble, inSingle) => {
    length += (valueNamed(name, parameters) || inDouble || inSingle || "").length - written.length;
    return "";
  });
  return length;
}

/** A text that is one parameter and nothing else is its value: a number stays a number. @param {string} text @param {Values} parameters */
function handedBack(text, parameters) {
  const alone = /^\$\{([a-z][a-z0-9_]*)(?: or (?:"[^"]*"|'[^']*'))?\}$/.exec(text);
  const value = alone !== null && has(parameters, alone[1]) ? parameters[alone[1]] : "";
  return typeof value === "string" ? fill(text, parameters) : value;
}

/** The data is in the reply already. */
function replyInBackground() {
  return null;
}

ON_BACKGROUND.push(addData);
