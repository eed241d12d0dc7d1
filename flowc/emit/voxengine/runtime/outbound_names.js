// Who is called, and as whom, where that may be another phone than one on the telephone network.

/** A number as numbers are, anybody else as the flow names them. Before a call that comes in rings anybody, it is answered. @param {string} name */
function nameParties(name) {
  if (S.answered) return;
  const { caller_id } = TARGETS[name];
  const target = /** @type {Record<string, Setting>} */ (/** @type {unknown} */ (TARGETS[name]));
  const [kind] = Object.keys(target);
  const isNumber = kind === "pstn";
  const theirs = valueOf(target[kind]);
  const ours = caller_id === undefined ? "" : valueOf(/** @type {Setting} */ (caller_id));
  S.to = isNumber ? partyName(theirs, true) : theirs;
  S.from = isNumber ? partyName(ours, true) : ours;
}
