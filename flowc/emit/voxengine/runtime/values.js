// Values that come from outside, as JSON, and what is declared of them.

/**
 * @typedef {{ type: "string" | "integer" | "number" | "boolean" | "array" | "object", optional?: true, enum?: string[],
 *   minLength?: number, maxLength?: number, pattern?: string, format?: "phone" | "date", minimum?: number, maximum?: number,
 *   items?: Parameter, minItems?: number, maxItems?: number, properties?: Record<string, Parameter> }} Parameter
 */

/** Half a character is no text that can be sent on, spoken or signed. @param {string} _ @param {unknown} value */
function sendable(_, value) {
  return typeof value === "string" ? value.replace(/[\ud800-\udfff]/gu, "\ufffd") : value;
}

/** @param {string} content @returns {Record<string, unknown> | null} */
function parsed(content) {
  try {
    const body = JSON.parse(content, sendable);
    return body !== null && typeof body === "object" && !Array.isArray(body) ? body : null;
  } catch (error) {
    return null;
  }
}
