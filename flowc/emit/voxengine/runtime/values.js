// Values that come from outside, as JSON, and what is declared of them.

/**
 * @typedef {{ type: "string" | "integer" | "number" | "boolean" | "array" | "object", optional?: true, enum?: string[],
 *   minLength?: number, maxLength?: number, pattern?: string, format?: "phone" | "date", minimum?: number, maximum?: number,
 *   items?: Parameter, minItems?: number, maxItems?: number, properties?: Record<string, Parameter> }} Parameter
 */

/** @param {string} content @returns {Record<string, unknown> | null} */
function parsed(content) {
  try {
    const body = JSON.parse(content);
    return body !== null && typeof body === "object" && !Array.isArray(body) ? body : null;
  } catch (error) {
    return null;
  }
}
