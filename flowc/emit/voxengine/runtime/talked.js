// How long caller and person have talked, by the clock, where the leg does not say so.

function talkedState() {
  return {
    joinedAt: 0,
  };
}

function noteJoined() {
  S.joinedAt = Date.now();
}

/** In whole seconds that have gone by, as the platform counts them. */
function sinceJoined() {
  return Math.floor((Date.now() - S.joinedAt) / 1000);
}

ON_JOINED.push(noteJoined);
ON_TALKED.push(sinceJoined);
