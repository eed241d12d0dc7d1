// The words of a prompt that the platform speaks, how they are spoken, and how long they may take.

const MAX_SPOKEN = 1500;
/** How a prompt is spoken. @type {((prompt: string) => TTSPlayerParameters)[]} */
const ON_SPEECH = [];
/** What of a text is spoken in another way than it is written. @type {((text: string) => string)[]} */
const ON_WORDS = [];

/** Empty if there is nothing to hear. @param {string} prompt */
function wordsOf(prompt) {
  const filled = fill(PROMPTS[prompt], S.request === null ? {} : S.request.parameters);
  const text = ON_WORDS.reduce((words, change) => change(words), filled);
  return text.trim() === "" ? "" : shortened(text, MAX_SPOKEN);
}

/** @param {string} prompt @returns {TTSPlayerParameters} */
function howSpoken(prompt) {
  return Object.assign({}, ...ON_SPEECH.map((describe) => describe(prompt)));
}

/** Nobody speaks slower than this; a player that never reports its end must not hold the call. @param {string} text */
function speechLimit(text) {
  return 10000 + 150 * text.length;
}
