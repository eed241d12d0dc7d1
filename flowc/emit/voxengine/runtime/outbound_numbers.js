// Who is called, and as whom, by their numbers.

/** Before a call that comes in rings anybody, it is answered. @param {string} name */
function nameParties(name) {
  if (S.answered) return;
  const { pstn, caller_id } = /** @type {PstnTarget} */ (TARGETS[name]);
  S.to = partyName(valueOf(pstn), true);
  S.from = partyName(valueOf(/** @type {Setting} */ (caller_id)), true);
}
