// The voice that speaks prompts.

/** @returns {TTSPlayerParameters} */
function withVoice() {
  /** @type {Voice | undefined} */
  let voice;
  safely("find the voice", () => {
    voice = String(FLOW.voice)
      .split(".")
      .reduce((found, part) => Object(found)[part], /** @type {any} */ (VoiceList));
  });
  if (voice !== undefined) return { voice: voice };
  log("the platform has no voice " + FLOW.voice + ": its own speaks");
  return {};
}

ON_SPEECH.push(withVoice);
