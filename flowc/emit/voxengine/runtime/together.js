// Targets that ring together: the first to answer takes the call.

/** One of them has the caller, or nobody may any more: whoever else rings is let go. */
function letOthersGo() {
  S.live
    .filter((attempt) => attempt.state === "ringing")
    .forEach((attempt) => {
      log(attempt.target + ": let go");
      letGo(attempt);
    });
}

ON_HUNT_OVER.push(letOthersGo);
