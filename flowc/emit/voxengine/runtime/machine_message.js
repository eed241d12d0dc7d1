// Machines that are left a message: after the beep, on that leg alone, while the hunt goes on. The session ends after it.

/** @typedef {Person & { words: string, isWaiting: boolean }} Message */

const BEEP_LATE_MS = 1000;

/** A machine is about to be left a message: false if it is not to be. @type {((person: Person) => boolean)[]} */
const BEFORE_MESSAGE = [];
/** A machine has gone before it was spoken to. @type {((person: Person) => void)[]} */
const ON_NOT_LEFT = [];

function messagesState() {
  return {
    /** Those that are being left. @type {Message[]} */
    messages: [],
  };
}

/** The words are those of now: what they are about may be over when they are spoken. @param {Person} person */
function leaveMessage(person) {
  const machine = TARGETS[person.target].machine;
  if (machine === undefined || machine.message === undefined) return false;
  const words = wordsOf(machine.message);
  if (words === "") {
    log(person.target + " is left no message: the text is empty");
    return false;
  }
  if (!BEFORE_MESSAGE.every((may) => may(person))) return false;
  forgetAttempt(person.attempt);
  const message = Object.assign(person, { words: words, isWaiting: true });
  message.isAsked = false;
  S.persons.push(message);
  S.messages.push(message);
  log(message.target + " is to be left a message after its beep");
  waitForBeep(message, machine.beepMs || 0);
  settled(message.attempt, "machine");
  return true;
}

/** @param {Message} message @param {number} beepMs how long at the most */
function waitForBeep(message, beepMs) {
  const leg = message.leg;
  message.timer = setTimeout(onNoBeep.bind(null, leg), beepMs + BEEP_LATE_MS);
  safely("keep the line of " + message.target, () => leg.removeEventListener(CallEvents.Connected, onLegConnected));
  const isHeard = safely("listen to the machine of " + message.target, () => {
    leg.addEventListener(CallEvents.Disconnected, onMachineGone);
    leg.addEventListener(CallEvents.Failed, onMachineGone);
  });
  if (!isHeard) {
    onMessageLeft(message); // its end would never be known, and the session wait for it
    return;
  }
  safely("wait for the beep of " + message.target, () => {
    leg.addEventListener(CallEvents.BeepDetectionComplete, onBeep);
    leg.addEventListener(CallEvents.BeepDetectionError, onBeep);
    leg.enableBeepDetection({ timeout: beepMs });
  });
}

/** There was one, or there will be none. @param {{ call: Call }} event */
function onBeep(event) {
  const message = S.messages.find((each) => each.leg === event.call);
  if (message === undefined) return;
  onNoBeep(event.call);
}

/** A message without a beep before it may still be heard; silence is not. @param {Call} leg */
function onNoBeep(leg) {
  const message = S.messages.find((each) => each.leg === leg);
  if (message === undefined || !message.isWaiting) return;
  const { machine } = TARGETS[message.target];
  message.isWaiting = false;
  clearTimeout(message.timer);
  log(message.target + " is left a message");
  tellAlone(message, message.words, howSpoken((machine && machine.message) || ""), onMessageLeft);
}

/** @param {Person} person */
function onMessageLeft(person) {
  hangUp(person.leg);
  messageOver(person.leg);
}

/** @param {{ call: Call }} event */
function onMachineGone(event) {
  const message = S.messages.find((each) => each.leg === event.call);
  if (message === undefined) return;
  if (message.isWaiting) {
    log(message.target + " has gone before its message");
    ON_NOT_LEFT.forEach((forget) => forget(message));
  }
  messageOver(event.call);
}

/** @param {Call} leg */
function messageOver(leg) {
  S.messages = S.messages.filter((each) => each.leg !== leg);
  safely("listen to a machine no more", () => {
    leg.removeEventListener(CallEvents.Disconnected, onMachineGone);
    leg.removeEventListener(CallEvents.Failed, onMachineGone);
  });
  forgetPerson({ leg: leg });
  if (S.phase === "ended" && !ON_SESSION_END.some((outlives) => outlives())) endSession();
}

function waitsForMessages() {
  return S.messages.length > 0;
}

ON_MACHINE.push(leaveMessage);
ON_SESSION_END.unshift(waitsForMessages); // before others begin to count how long they wait
