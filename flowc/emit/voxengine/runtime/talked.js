// How long caller and person have talked, by the clock, where the leg does not say so.

function talkedState() {
  return {
    joinedAt: 0,
  };
}

/** When a hunt is over, however that is: the caller talks from then on, or with nobody. */
function noteJoined() {
  S.joinedAt = Date.now();
}

/** In whole seconds that have gone by, as the platform counts them. */
function sinceJoined() {
  return Math.floor((Date.now() - S.joinedAt) / 1000);
}

ON_HUNT_OVER.unshift(noteJoined); // whatever becomes of what else happens then
ON_TALKED.push(sinceJoined);
