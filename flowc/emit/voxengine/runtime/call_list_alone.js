// Nobody but the call list is waited for when the call is over, and whoever is still left a message.

function endOnceListKnows() {
  if (!ON_SESSION_END.some((outlives) => outlives())) endSession();
}

ON_SESSION_END.push(isListWaitedFor);
