// A warning that caller and person hear. Then they are joined again, whatever becomes of it.

function warningState() {
  return {
    isHeardByBoth: false, // a warning
  };
}

/** @param {string} warning */
function warnBoth(warning) {
  const why = speak(warning, goOnTalking, false);
  if (why === "") {
    S.isHeardByBoth = true;
    log("both hear " + warning);
    S.live.forEach(warnToo);
    return;
  }
  cannotSay(S.position - 1, warning, why);
  if (S.player === null) goOnTalking(); // else what is heard goes on
}

/** @param {LiveAttempt} attempt */
function warnToo(attempt) {
  const player = S.player;
  if (player !== null) safely("warn " + attempt.target, () => player.sendMediaTo(attempt.leg));
}

/** A person who has gone hears nothing any more. */
function forgetWarning() {
  S.isHeardByBoth = false;
}

function goOnTalking() {
  S.isHeardByBoth = false;
  S.live.forEach(joinAgain);
}

/** Whoever is on hold hears on what there is to hear then. @param {LiveAttempt} attempt */
function joinAgain(attempt) {
  const caller = S.caller;
  if (caller === null) return;
  if (attempt.state === "held") {
    hearThatItRings();
  } else if (safely("join the caller with the person again", () => VoxEngine.sendMediaBetween(caller, attempt.leg))) {
    ON_HEARD.forEach((note) => note(attempt.leg));
  } else {
    letGo(attempt);
    afterTalk(undefined);
  }
}

ON_FORGOTTEN.push(forgetWarning);
