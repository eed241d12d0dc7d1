// The agent is told in which language the caller hears prompts.

/** @param {Record<string, unknown>} told */
function tellLanguage(told) {
  told.vox_language = S.language;
}

ON_AGENT_TOLD.push(tellLanguage);
