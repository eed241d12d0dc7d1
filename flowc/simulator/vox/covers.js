// What the search need not go into, because it goes into more: two states that differ in nothing but in what is remembered
// of the path to each, where all that is possible after the one is possible after the other, and comes to the same there.
// The one is covered by the other. What is remembered of a path is there to keep the world within bounds, so mostly the
// shorter path covers the longer. `tests/verify/test_covers.py` compares searches with and without this.

/** The state that covers the one that was just come to, by its number; undefined if none is known. */
function coverOf(path) {
  if (!mayBeCovered(path)) return undefined;
  const known = search.covers.get(digestNow(withoutBounds(path)));
  if (known === undefined || isAnswerAwaited()) return undefined;
  return known.find((number) => covers(search.nodes[number].path, path));
}

/** A new state, from now on one that may cover others. `hash` is its digest. */
function keepAsCover({ number, path, hash, isOver }) {
  if (isOver || !isCovering()) return;
  const bare = isBounded(path) ? digestNow(withoutBounds(path)) : hash;
  const known = search.covers.get(bare);
  if (known === undefined) search.covers.set(bare, [number]);
  else known.push(number);
}

function mayBeCovered(path) {
  return sim.ended === null && isCovering() && isBounded(path);
}

/** After a fault of the platform more may be wrong than any scenario can help, and other things are: nothing is left out there. */
function isCovering() {
  return search.hidden === null && search.mode.covered && !search.mode.exact && !search.mode.faults;
}

/** Less is possible after it than after a path that remembers nothing of this. */
function isBounded(path) {
  return path.trouble === TONES_FAIL || path.sinceHangup > 0;
}

function withoutBounds(path) {
  const isOfTones = path.trouble === TONES_FAIL;
  return { ...path, sinceHangup: 0, trouble: isOfTones ? "" : path.trouble, tones: isOfTones ? 0 : path.tones };
}

/**
 * Tones that have ended are a trouble, of which there is one at a time, and there are so many of them: who has had fewer, or
 * none, may have them yet. A leg that was hung up says its last after one other event at most: who has had none may have
 * that one, or none.
 */
function covers(other, path) {
  const hasFewerTones = (other.trouble === path.trouble && other.tones <= path.tones) || (path.trouble === TONES_FAIL && other.trouble === "");
  return hasFewerTones && other.sinceHangup <= path.sinceHangup;
}

/**
 * Something is about to come, and does so before all else: also before the last of a leg that was hung up, if nothing has
 * happened since. Then more is possible after neither.
 */
function isAnswerAwaited() {
  return (
    sim.lookups.length > 0 || sim.requests.length > 0 || sim.reports.length > 0 || isToldAgain() || unitsOf("call").some(isLeftAMessage) ||
    unitsOf("vad").some(({ state }) => state === "connecting") || unitsOf("recorder").some(isLate)
  );
}

/** Such an answer is asked for by the last of a leg that was hung up, while another one is: after other paths that comes before it. */
function isAskedForLate(event, path) {
  return isCovering() && sim.ended === null && path.sinceHangup === 0 && event.do === "leg" && isOfDying(event) && isAboutToEnd() && isAnswerAwaited();
}
