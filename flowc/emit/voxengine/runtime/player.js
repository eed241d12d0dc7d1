// What the platform plays to the caller: one player at a time.

/** What was played is over: who has something to remember of it forgets it. @type {(() => void)[]} */
const ON_PLAYER_STOPPED = [];

function playerState() {
  return {
    /** @type {Player | null} */
    player: null,
    /** Of what is played: the longest that it may take, or the pause before it begins anew. */
    playerTimer: 0,
  };
}

/** The caller is to hear something else now, or nothing. */
function stopPlayer() {
  stopTimer("playerTimer");
  releasePlayer();
  ON_PLAYER_STOPPED.forEach((forget) => forget());
}

/** Stopped also at its end, which frees it: the platform allows ten in a session. */
function releasePlayer() {
  const player = S.player;
  S.player = null;
  if (player === null) return;
  safely("stop a player", () => player.stop());
  ON_UNHEARD.forEach((note) => note(player));
}

ON_ENDED.push(stopPlayer);
