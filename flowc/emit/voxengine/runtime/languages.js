// The language of the call: that in which the caller hears prompts.

function languagesState() {
  return {
    language: "",
  };
}

function beginInFirstLanguage() {
  S.language = Object.keys(LANGUAGES)[0];
}

/** @param {Record<string, unknown>} told */
function tellLanguage(told) {
  told.vox_language = S.language;
}

ON_BEGUN.push(beginInFirstLanguage);
ON_AGENT_TOLD.push(tellLanguage);
