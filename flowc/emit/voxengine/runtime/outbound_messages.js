// Of those who are called together, a machine is left a message that may name who was called: whoever it answers for.

/** @param {Person} person */
function nameWhoseMachine(person) {
  nameParties(person.target);
  return false; // it is for somebody else to leave the message
}

ON_MACHINE.unshift(nameWhoseMachine);
