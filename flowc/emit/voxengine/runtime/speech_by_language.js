// Prompts that the caller hears in the language of the call.

/** What follows a prompt that the caller has heard. @type {((prompt: string, after: () => void) => () => void)[]} */
const ON_SAID = [];

/**
 * A prompt of which each language has its own version.
 * @param {string} prompt
 * @param {() => void} after
 * @param {boolean} repeats
 */
function speakByLanguage(prompt, after, repeats) {
  if (prompt.includes("$")) return null; // it is a version
  const follows = ON_SAID.reduce((next, change) => change(prompt, next), after);
  return speakIn(S.language, prompt, follows, repeats);
}

/** @param {string} language @param {string} prompt @param {() => void} after @param {boolean} repeats */
function speakIn(language, prompt, after, repeats) {
  return speak(language + "$" + prompt, after, repeats);
}

ON_PROMPT.push(speakByLanguage);
