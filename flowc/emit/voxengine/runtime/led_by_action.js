// Whether there is an agent to return to, or was one: where an action has led.

/** Something has begun while an agent had the caller, and was not its loss. */
function isLedByAgent() {
  return S.request !== null;
}
