// Texts that say the language of the call: `${call.language}`.

/** @param {string} name */
function languageNamed(name) {
  return name === "call.language" ? S.language : "";
}

ON_NAMED.push(languageNamed);
