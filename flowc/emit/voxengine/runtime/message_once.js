// Machines that are rung several times: each is left one message in a hunt, unless it is gone before that begins.

function messageOnceState() {
  return {
    /** Who has been left one in this hunt. @type {string[]} */
    leftTo: [],
  };
}

/** @param {Person} person */
function isLeftTheFirst(person) {
  if (S.leftTo.includes(person.target)) return false;
  S.leftTo.push(person.target);
  return true;
}

/** @param {Person} person */
function wasLeftNone(person) {
  S.leftTo = S.leftTo.filter((name) => name !== person.target);
}

function forgetLeftTo() {
  S.leftTo = [];
}

BEFORE_MESSAGE.push(isLeftTheFirst);
ON_NOT_LEFT.push(wasLeftNone);
ON_HUNT_BEGUN.push(forgetLeftTo);
