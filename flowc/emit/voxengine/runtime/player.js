// What the platform plays to the caller: one player at a time.

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
}

/** Stopped also at its end, which frees it: the platform allows ten in a session. */
function releasePlayer() {
  const player = S.player;
  S.player = null;
  if (player !== null) safely("stop a player", () => player.stop());
}

ON_AGENT_HEARD.push(stopPlayer);
ON_ENDED.push(stopPlayer);
