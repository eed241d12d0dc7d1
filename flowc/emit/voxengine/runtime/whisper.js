// Targets that are told something before the caller is joined.

/** @param {Person} person @param {Target} target */
function whisper(person, target) {
  if (target.whisper === undefined) return false;
  tellAlone(person, wordsOf(target.whisper), howSpoken(target.whisper), nextStage);
  return true;
}

BEFORE_JOINED.push(whisper);
