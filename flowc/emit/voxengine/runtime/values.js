// Values that come from outside, as JSON.

/** @param {string} content @returns {Record<string, unknown> | null} */
function parsed(content) {
  try {
    const body = JSON.parse(content);
    return body !== null && typeof body === "object" && !Array.isArray(body) ? body : null;
  } catch (error) {
    return null;
  }
}
