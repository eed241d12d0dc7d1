// A caller who hangs up in a briefing: the person hears so, and the session ends after that.

/** Which version of a prompt a person hears. @type {((prompt: string, person: Person) => string)[]} */
const ON_PERSONS_PROMPT = [];

/** Nobody else has to do with that leg any more. @param {Ender} by */
function tellThatCallerHasGone(by) {
  const person = S.briefed;
  const transfer = S.transfer;
  if (by !== "caller" || person === null || transfer === null || transfer.gone === undefined) return;
  const { leg, target } = person;
  const prompt = ON_PERSONS_PROMPT.reduce((version, change) => change(version, person), transfer.gone);
  takeFromPerson(person);
  forgetAttempt(person.attempt);
  S.persons.push(person);
  log(target + " hears that the caller has gone: " + transfer.gone);
  safely("keep the line of " + target, () => leg.removeEventListener(CallEvents.Connected, onLegConnected));
  safely("wait for the end of " + target, () => {
    leg.addEventListener(CallEvents.Disconnected, onToldGoneLeft);
    leg.addEventListener(CallEvents.Failed, onToldGoneLeft);
  });
  tellAlone(person, wordsOf(prompt), howSpoken(prompt), onToldGone);
}

/** @param {Person} person */
function onToldGone(person) {
  hangUp(person.leg);
  toldGoneOver(person);
}

/** @param {{ call: Call }} event */
function onToldGoneLeft(event) {
  const person = S.persons.find((each) => each.leg === event.call);
  if (person === undefined) return;
  toldGoneOver(person);
}

/** What could not be said is over before the call is. @param {Person} person */
function toldGoneOver(person) {
  forgetPerson(person);
  if (S.phase === "ended" && !ON_SESSION_END.some((outlives) => outlives())) endSession();
}

function waitsForPersons() {
  return S.persons.length > 0;
}

ON_ENDING.push(tellThatCallerHasGone);
ON_SESSION_END.unshift(waitsForPersons); // before others begin to count how long they wait
