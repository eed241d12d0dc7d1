// The language of what is said to a person alone.

/** Who is about to be told something: nothing is said there, and nothing waited for. */
function languageOfPerson() {
  const person = S.spokenIn !== "" ? undefined : S.persons.find((each) => each.timer === 0 && each.player === null && !each.isSaid);
  return person === undefined ? "" : SPOKEN_TO[person.target];
}

ON_LISTENER.push(languageOfPerson);
