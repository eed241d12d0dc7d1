// People who have answered: what comes before the caller is joined, one thing after the other.

/** @typedef {(person: Person, target: Target) => boolean} Stage */

/**
 * Somebody who is on the line and does not have the caller yet.
 * @typedef {object} Person
 * @property {LiveAttempt} attempt
 * @property {Call} leg
 * @property {string} target
 * @property {number} stage how many of all that comes before have begun
 * @property {number} timer of what goes on: the longest it may take, or a pause
 * @property {number} deadline for a key
 * @property {(person: Person) => void} after what follows it
 * @property {Player | null} player
 * @property {boolean} isSaid without a player, by the leg itself
 * @property {boolean} isAsked for a key
 * @property {AMD.AnsweringMachineDetector | null} detector that listens whether it is a machine
 * @property {number} verdict the longest that it may take
 */

/**
 * What comes before the call is taken, in this order. True if it goes on: then it calls `nextStage` when it is over.
 * @type {Stage[]}
 */
const BEFORE_TAKEN = [];
/** What comes then, before the caller is joined. @type {Stage[]} */
const BEFORE_JOINED = [];
/** Somebody is joined, or let go: what was begun for them ends. @type {((person: Person) => void)[]} */
const ON_PERSON_LEFT = [];

function personsState() {
  return {
    /** @type {Person[]} */
    persons: [],
  };
}

/** Whoever answers goes through all that the target has. @param {LiveAttempt} attempt */
function meet(attempt) {
  /** @type {Person} */
  const person = {
    attempt: attempt,
    leg: attempt.leg,
    target: attempt.target,
    stage: 0,
    timer: 0,
    deadline: 0,
    after: nextStage,
    player: null,
    isSaid: false,
    isAsked: false,
    detector: null,
    verdict: 0,
  };
  S.persons.push(person);
  nextStage(person);
  return true;
}

/** @param {Person} person */
function nextStage(person) {
  const stages = BEFORE_TAKEN.concat(noteTaken, BEFORE_JOINED);
  while (person.stage < stages.length) {
    const begin = stages[person.stage];
    person.stage += 1;
    if (begin(person, TARGETS[person.target])) return;
  }
  forgetPerson(person);
  joinCaller(person.attempt);
}

/** @param {Person} person */
function noteTaken(person) {
  takenBy(person.attempt);
  return false;
}

/** @param {Call} leg */
function personOn(leg) {
  return S.persons.find((person) => person.leg === leg);
}

/** @param {{ leg: Call }} one */
function forgetPerson(one) {
  const person = personOn(one.leg);
  if (person === undefined) return;
  S.persons = S.persons.filter((each) => each !== person);
  clearTimeout(person.timer);
  clearTimeout(person.deadline);
  ON_PERSON_LEFT.forEach((end) => end(person));
}

ON_ANSWERED.push(meet);
ON_FORGOTTEN.push(forgetPerson);
