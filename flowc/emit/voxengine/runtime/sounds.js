// Prompts that are sound files.

const SOUND_LOADS_MS = 12000; // the platform downloads a file for no longer than this
const LONGEST_SOUND_MS = 300000; // of a file that does not repeat: one that never reports its end must not hold the call

function soundsState() {
  return {
    /** A file that is being loaded; meanwhile the caller hears ringback. @type {Player | null} */
    sound: null,
    /** The latest one begins again at its end. */
    soundRepeats: false,
    /** How long a file takes to load, then how long it is heard. */
    soundTimer: 0,
  };
}

/**
 * Plays a prompt that is a file as soon as it is loaded; or says why not. Null if it is none.
 * @param {string} prompt
 * @param {() => void} after what follows when it has been heard, or cannot be
 * @param {boolean} repeats
 */
function playSound(prompt, after, repeats) {
  if (!has(SOUNDS, prompt)) return null;
  playRingback();
  S.afterSpeech = after;
  S.soundRepeats = repeats;
  const loads = safely("load a sound file", () => {
    const player = VoxEngine.createURLPlayer({ url: SOUNDS[prompt] }, { loop: repeats, onPause: true });
    S.sound = player;
    player.addEventListener(PlayerEvents.PlaybackReady, onSoundLoaded);
    player.addEventListener(PlayerEvents.PlaybackFinished, onSoundFinished);
    player.addEventListener(PlayerEvents.Error, onSoundFailed);
    startTimer("soundTimer", SOUND_LOADS_MS, onSoundLate);
  });
  if (loads) return "";
  stopPlayer();
  return "the platform did not play it";
}

/** @param {{ player: Player }} event */
function onSoundLoaded(event) {
  const player = S.sound;
  const caller = S.caller;
  if (player === null || event.player !== player || caller === null) return;
  S.sound = null;
  stopPlayer();
  S.player = player;
  const played = safely("play a sound file", () => {
    player.resume();
    player.sendMediaTo(caller);
    ON_HEARD.forEach((note) => note(player));
  });
  if (!played) endSpeech();
  else if (!S.soundRepeats) startTimer("soundTimer", LONGEST_SOUND_MS, onSoundLate);
}

/** Of one that repeats the platform may say so at each end. @param {_PlayerPlaybackFinishedEvent} event */
function onSoundFinished(event) {
  if (!S.soundRepeats || event.error) onSoundFailed(event);
}

/** @param {{ player: Player }} event */
function onSoundFailed(event) {
  if (event.player !== S.player && event.player !== S.sound) return;
  if (event.player === S.sound) log("a sound file cannot be loaded");
  endSpeech();
}

function onSoundLate() {
  S.soundTimer = 0;
  log(S.sound === null ? "a sound file did not end" : "a sound file cannot be loaded");
  endSpeech();
}

function forgetSound() {
  const player = S.sound;
  S.sound = null;
  stopTimer("soundTimer");
  if (player !== null) safely("stop a player", () => player.stop());
}

ON_PROMPT.push(playSound);
ON_PLAYER_STOPPED.push(forgetSound);
