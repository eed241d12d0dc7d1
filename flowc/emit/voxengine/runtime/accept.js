// Targets that have to be accepted: whoever answers has the caller after pressing a key, and not before.

const ASKED_AGAIN_MS = 2000;

/** @param {Person} person @param {Target} target */
function askForKey(person, target) {
  if (target.accept === undefined) return false;
  if (!listensForKeys(person)) {
    turnAway(person, "failed");
    return true;
  }
  log(person.target + " is asked");
  askPerson(person);
  return true;
}

/** @param {Person} person */
function askPerson(person) {
  const accept = TARGETS[person.target].accept;
  if (accept !== undefined) tellAlone(person, wordsOf(accept.say), howSpoken(accept.say), onAsked);
}

/** No log has a key that somebody presses. @param {Person} person */
function listensForKeys(person) {
  person.isAsked = true;
  return safely("listen for keys of " + person.target, () => {
    Logger.hideTones(true);
    person.leg.addEventListener(CallEvents.ToneReceived, onKey);
    person.leg.handleTones(true, DTMFType.ALL);
  });
}

/** The prompt has been heard: the time for a key runs from its first end on. @param {Person} person */
function onAsked(person) {
  const accept = TARGETS[person.target].accept;
  if (accept === undefined) return;
  if (person.deadline === 0) person.deadline = setTimeout(onNotAccepted.bind(null, person.leg), accept.withinMs);
  if (wordsOf(accept.say) !== "") person.timer = setTimeout(askAgain.bind(null, person.leg), ASKED_AGAIN_MS);
}

/** @param {Call} leg */
function askAgain(leg) {
  const person = personOn(leg);
  if (person !== undefined) askPerson(person);
}

/** @param {Call} leg */
function onNotAccepted(leg) {
  const person = personOn(leg);
  if (person !== undefined) turnAway(person, "not_accepted");
}

/** The caller does not get this person. @param {Person} person @param {Outcome} outcome */
function turnAway(person, outcome) {
  letGo(person.attempt);
  settled(person.attempt, outcome);
}

/** Other keys are a mistake of a person who is about to press the right one. @param {_ToneReceivedEvent} event */
function onKey(event) {
  const person = S.persons.find((each) => each.leg === event.call);
  const accept = person === undefined ? undefined : TARGETS[person.target].accept;
  if (person === undefined || !person.isAsked || accept === undefined) return;
  if (event.tone === accept.decline) turnAway(person, "declined");
  else if (accept.key === "any" || event.tone === accept.key) onAccepted(person);
}

/** From here on keys go to whom they are meant for: a bridge does not carry them while they are listened for. @param {Person} person */
function onAccepted(person) {
  log(person.target + " takes the call");
  person.isAsked = false;
  clearTimeout(person.deadline);
  hush(person);
  safely("listen for keys no more", () => person.leg.handleTones(false));
  nextStage(person);
}

BEFORE_TAKEN.push(askForKey);
