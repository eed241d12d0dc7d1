// The tone that the caller hears while somebody is called.

const RINGBACK_PAUSE_MS = 1000; // a ringback that cannot be played is begun anew not more often than this

function ringbackState() {
  return {
    ringbackAgain: false, // it has begun anew since the last pause
  };
}

/** It repeats until it is stopped; should it end, or not begin, all the same, it begins anew. */
function playRingback() {
  stopPlayer();
  beginRingback();
}

function beginRingback() {
  const caller = S.caller;
  releasePlayer();
  if (caller === null) return;
  if (S.playerTimer === 0) startTimer("playerTimer", RINGBACK_PAUSE_MS, onRingbackPaused);
  const played = safely("play ringback", () => {
    const player = VoxEngine.createToneScriptPlayer(RINGBACK, { loop: true });
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onRingbackEnded);
    player.addEventListener(PlayerEvents.Error, onRingbackEnded);
    player.sendMediaTo(caller);
    ON_HEARD.forEach((note) => note(player));
  });
  if (!played) releasePlayer();
}

/** The first end begins it anew at once; a further one within the pause waits for the pause. @param {{ player: Player }} event */
function onRingbackEnded(event) {
  if (event.player !== S.player) return;
  const again = S.playerTimer === 0 || !S.ringbackAgain;
  S.ringbackAgain = true;
  if (again) beginRingback();
  else releasePlayer();
}

function onRingbackPaused() {
  S.playerTimer = 0;
  S.ringbackAgain = false;
  if (S.player === null) beginRingback();
}

function forgetRingback() {
  S.ringbackAgain = false;
}

ON_PLAYER_STOPPED.push(forgetRingback);
