// A warning that caller and person hear in the language of the call, and then in that of the person, if it is another.

/** @param {string} prompt @param {() => void} after */
function warnInBoth(prompt, after) {
  const language = languageOfTalk();
  return after === goOnTalking && language !== S.language ? warnAgain.bind(null, prompt, language) : after;
}

/** Of the person whom the caller talks to. */
function languageOfTalk() {
  return S.live.reduce((found, attempt) => found || SPOKEN_TO[attempt.target], "");
}

/** @param {string} prompt @param {string} language */
function warnAgain(prompt, language) {
  const why = speakIn(language, prompt, goOnTalking, false);
  if (why === "") {
    S.live.forEach(warnToo);
    return;
  }
  cannotSay(S.position - 1, prompt, why);
  goOnTalking();
}

ON_SAID.push(warnInBoth);
