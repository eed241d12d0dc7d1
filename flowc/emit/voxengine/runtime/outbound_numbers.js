// Who is called, and as whom: `${call.to}` and `${call.from}` of a call that is placed.

/** Before a call that comes in rings anybody, it is answered. */
function nameParties() {
  if (S.answered) return;
  const [name] = namesOf(S.hunt[0]);
  const { pstn, caller_id } = /** @type {PstnTarget} */ (TARGETS[name]);
  S.to = partyName(valueOf(pstn), true);
  S.from = partyName(valueOf(/** @type {Setting} */ (caller_id)), true);
}

ON_DIALLED.push(nameParties);
ON_HUNT_OVER.push(nameParties);
