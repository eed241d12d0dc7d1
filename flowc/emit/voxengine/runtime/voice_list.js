// Voices, by the name that the platform's list has for them.

/** @param {string} name @returns {TTSPlayerParameters} */
function withVoiceNamed(name) {
  /** @type {Voice | undefined} */
  let voice;
  safely("find the voice", () => {
    voice = name.split(".").reduce((found, part) => Object(found)[part], /** @type {any} */ (VoiceList));
  });
  if (voice !== undefined) return { voice: voice };
  log("the platform has no voice " + name + ": its own speaks");
  return {};
}
