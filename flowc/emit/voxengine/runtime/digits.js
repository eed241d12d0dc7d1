// Digits that are sent to what answers, before anything else: an extension behind an exchange.

const DIGIT_MS = 400; // until a digit has been sent: the platform does not say when
/** Fills in keys that a parameter holds. @type {((keys: string) => string)[]} */
const ON_DIGITS = [];

/** @param {Person} person */
function sendDigits(person) {
  if (!has(DIGITS, person.target)) return false;
  log(person.target + " is sent digits");
  sendNext(person.leg, 0);
  return true;
}

/** Keys, or a pause; then what comes next. @param {Call} leg @param {number} index of what is to be sent */
function sendNext(leg, index) {
  const person = personOn(leg);
  if (person === undefined) return;
  const written = DIGITS[person.target][index];
  const next = typeof written === "string" ? ON_DIGITS.reduce((keys, fillIn) => fillIn(keys), written) : written;
  if (next === undefined) {
    nextStage(person);
    return;
  }
  if (typeof next === "string" && !safely("send digits to " + person.target, () => leg.sendDigits(next))) {
    letGo(person.attempt);
    settled(person.attempt, "failed");
    return;
  }
  person.timer = setTimeout(sendNext.bind(null, leg, index + 1), typeof next === "string" ? DIGIT_MS * next.length : next);
}

BEFORE_TAKEN.push(sendDigits);
