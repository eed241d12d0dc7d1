// The voices that speak prompts, one a language.

/** @param {string} prompt in one language: `fr$goodbye` */
function withVoiceOfLanguage(prompt) {
  return withVoiceNamed(LANGUAGES[prompt.slice(0, prompt.indexOf("$"))]);
}

ON_SPEECH.push(withVoiceOfLanguage);
