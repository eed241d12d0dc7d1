// Prompts that the platform speaks to the caller.

/**
 * How a prompt is heard that is no text: "" if it is played, or why it is not; null if it is a text.
 * @type {((prompt: string, after: () => void, repeats: boolean) => string | null)[]}
 */
const ON_PROMPT = [];

/** What was spoken is over, or has failed. @type {((event: { error?: unknown }) => void)[]} */
const ON_SPOKEN = [];

function speechState() {
  return {
    /** What follows the words that the caller hears. @type {() => void} */
    afterSpeech: nextStep,
  };
}

/**
 * Speaks a prompt to the caller, instead of what the caller hears now; or says why there is nothing to wait for.
 * @param {string} prompt
 * @param {() => void} after what follows when it has been heard
 * @param {boolean} repeats whether what is no text begins again at its end
 */
function speak(prompt, after, repeats) {
  const caller = S.caller;
  if (caller === null) return "the caller is gone";
  const heard = firstReply(ON_PROMPT, (play) => play(prompt, after, repeats));
  if (heard !== null) return heard;
  const spoken = wordsOf(prompt);
  if (spoken === "") return "its text is empty";
  stopPlayer();
  S.afterSpeech = after;
  const played = safely("speak", () => {
    const player = VoxEngine.createTTSPlayer(spoken, howSpoken(prompt));
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onSpoken);
    player.addEventListener(PlayerEvents.Error, onSpoken);
    startTimer("playerTimer", speechLimit(spoken), onSpeechLate);
    player.sendMediaTo(caller);
    ON_HEARD.forEach((note) => note(player));
  });
  if (played) return "";
  stopPlayer();
  return "the platform did not play it";
}

function onSpeechLate() {
  S.playerTimer = 0;
  log("an announcement did not end");
  endSpeech();
}

/** @param {{ player: Player, error?: unknown }} event */
function onSpoken(event) {
  if (event.player !== S.player) return;
  ON_SPOKEN.forEach((note) => note(event));
  endSpeech();
}

function endSpeech() {
  stopPlayer();
  S.afterSpeech();
}
