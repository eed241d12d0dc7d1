// Texts by name: of metadata and headers.

/** @param {Record<string, string>} texts @param {Values} parameters */
function fillAll(texts, parameters) {
  /** @type {Record<string, string>} */
  const filled = {};
  Object.keys(texts).forEach((name) => {
    filled[name] = fill(texts[name], parameters);
  });
  return filled;
}
