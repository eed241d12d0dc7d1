// The voices that speak prompts, one a language.

/** In which language somebody is spoken to, who is not the caller, or "". @type {(() => string)[]} */
const ON_LISTENER = [];

function voicesState() {
  return {
    /** The language in which the caller is being spoken to; "" as soon as that has begun. */
    spokenIn: "",
  };
}

/** @returns {TTSPlayerParameters} */
function withVoiceOfLanguage() {
  const language = ON_LISTENER.reduce((found, ask) => found || ask(), S.spokenIn);
  const name = LANGUAGES[language];
  /** @type {Voice | undefined} */
  let voice;
  safely("find the voice", () => {
    voice = String(name)
      .split(".")
      .reduce((found, part) => Object(found)[part], /** @type {any} */ (VoiceList));
  });
  if (voice !== undefined) return { voice: voice };
  log("the platform has no voice " + name + ": its own speaks");
  return {};
}

ON_SPEECH.push(withVoiceOfLanguage);
