// The ringing is stopped by whoever may: nobody is called any more, and the outcome is `cancelled`, whatever came of others before.

function cancelledState() {
  return {
    /** Who rang when it was stopped; "" if nobody did. @type {string | null} */
    cancelledTarget: null,
  };
}

function stopRinging() {
  S.cancelledTarget = S.live.length > 0 ? S.live[0].target : "";
  S.live.forEach((attempt) => {
    letGo(attempt);
    cameTo(attempt, "cancelled");
  });
  notConnected();
}

function tellCancelled() {
  if (S.cancelledTarget === null) return;
  S.hopeful = "cancelled";
  S.hopefulTarget = S.cancelledTarget;
  S.cancelledTarget = null;
}

ON_HUNT_OVER.push(tellCancelled);
