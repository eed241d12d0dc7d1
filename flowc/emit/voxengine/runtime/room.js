// The platform calls ten at once. Those that were hung up a moment ago may still count: where there would be more of them
// than ten, with those of the round before, a round begins a second later.

const MOST_AT_ONCE = 10;
const ROOM_MS = 1000;

function roomState() {
  return {
    called: 0, // in the round before
    roomTimer: 0,
  };
}

/** @param {string[]} names of those whose turn it is @returns {boolean} whether they wait */
function waitsForRoom(names) {
  const waits = S.called + names.length > MOST_AT_ONCE;
  if (waits) startTimer("roomTimer", ROOM_MS, onRoom);
  else S.called = names.length;
  return waits;
}

function onRoom() {
  S.roomTimer = 0;
  S.called = 0;
  dial();
}

function stopWaitingForRoom() {
  stopTimer("roomTimer");
}

BEFORE_ROUND.push(waitsForRoom);
ON_HUNT_OVER.push(stopWaitingForRoom);
