// That the caller has gone, in the language of the person.

/** @param {string} prompt @param {Person} person */
function versionForPerson(prompt, person) {
  return SPOKEN_TO[person.target] + "$" + prompt;
}

ON_PERSONS_PROMPT.push(versionForPerson);
