// Callers wait for some questions, and for others nobody does: webhooks that are told leave room for one of either.

function roomForBoth() {
  return S.phase === "ended" || S.unsettled.some((question) => question !== 0) ? 0 : 1;
}

ON_ROOM.push(roomForBoth);
