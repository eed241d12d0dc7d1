// Targets that ring together, some of which are asked or told something first: from when somebody takes the call, the others
// are let go.

/** Also those who are still asked. */
function letOthersGoAtOnce() {
  S.live
    .filter((attempt) => attempt.state !== "taken")
    .forEach((attempt) => {
      log(attempt.target + ": let go");
      letGo(attempt);
    });
}

ON_TAKEN.push(letOthersGoAtOnce);
