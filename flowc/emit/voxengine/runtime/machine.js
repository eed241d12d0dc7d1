// Targets where a machine may answer: the platform listens to whoever does, and a machine does not get the caller.

/**
 * How a machine is told from a person. `model` is a name in `AMD.Model`: the country whose machines it may be.
 * @typedef {NonNullable<BeforeJoined["machine"]>} Machine
 */

const VERDICT_LATE_MS = 1000; // the platform says itself when its time is over; where it does not, that counts as said

/** A machine has answered: true if it is not hung up on. @type {((person: Person) => boolean)[]} */
const ON_MACHINE = [];

/** Whoever is asked for a key need not wait for it. @param {Person} person @param {Target} target */
function detectMachine(person, target) {
  const machine = target.machine;
  if (machine === undefined) return false;
  person.verdict = setTimeout(onVerdictLate.bind(null, person.leg), machine.withinMs + VERDICT_LATE_MS);
  if (safely("listen for a machine at " + person.target, () => listenTo(person, machine))) return target.accept === undefined;
  stopListening(person);
  if (machine.unsure === "machine") machineAnswered(person);
  return machine.unsure === "machine";
}

/** @param {Person} person @param {Machine} machine */
function listenTo(person, machine) {
  const models = /** @type {Record<string, AMD.Model | undefined>} */ (AMD.Model);
  const model = models[machine.model];
  if (model === undefined) throw new Error("the platform has no such model");
  const detector = AMD.create({ model: model, timeout: machine.withinMs, call: person.leg });
  person.detector = detector;
  detector.addEventListener(AMD.Events.DetectionComplete, onDetected);
  detector.addEventListener(AMD.Events.DetectionError, onNotDetected);
  detector.detect().then(undefined, onVerdictLate.bind(null, person.leg));
}

/** What comes after the key was pressed is none. @param {AMD.AnsweringMachineDetector} detector */
function listenedToBy(detector) {
  return S.persons.find((person) => person.detector === detector);
}

/** That a leg has ended, it says itself. @param {AMD._DetectionCompleteEvent} event */
function onDetected(event) {
  const person = listenedToBy(event.amd);
  if (person === undefined || event.resultClass === AMD.ResultClass.CALL_ENDED) return;
  if (event.resultClass === AMD.ResultClass.HUMAN) countAs(person, "person");
  else if (event.resultClass === AMD.ResultClass.VOICEMAIL) countAs(person, "machine");
  else nobodyCanTell(person);
}

/** @param {{ amd: AMD.AnsweringMachineDetector }} event */
function onNotDetected(event) {
  const person = listenedToBy(event.amd);
  if (person !== undefined) nobodyCanTell(person);
}

/** @param {Call} leg */
function onVerdictLate(leg) {
  const person = personOn(leg);
  if (person !== undefined && person.detector !== null) nobodyCanTell(person);
}

/** @param {Person} person */
function nobodyCanTell(person) {
  const machine = TARGETS[person.target].machine;
  log("nobody can tell whether " + person.target + " is a machine");
  if (machine !== undefined) countAs(person, machine.unsure);
}

/** @param {Person} person @param {"person" | "machine"} verdict */
function countAs(person, verdict) {
  log(person.target + " counts as a " + verdict);
  stopListening(person);
  if (verdict === "machine") machineAnswered(person);
  else if (TARGETS[person.target].accept === undefined) nextStage(person);
}

/** @param {Person} person */
function machineAnswered(person) {
  if (ON_MACHINE.some((leave) => leave(person))) return;
  letGo(person.attempt);
  settled(person.attempt, "machine");
}

/** @param {Person} person */
function stopListening(person) {
  clearTimeout(person.verdict);
  person.detector = null;
}

/** Whoever has taken the call is a person, whatever the platform says later. */
function believeWhoTakesIt() {
  S.persons.filter((person) => person.attempt.state === "taken").forEach(stopListening);
}

ON_TAKEN.push(believeWhoTakesIt);
ON_PERSON_LEFT.push(stopListening);
BEFORE_TAKEN.push(detectMachine);
/** The platform may have the module without listing it. */
safely("load the detection of machines", () => require(Modules.AMD || /** @type {Modules} */ ("amd")));
