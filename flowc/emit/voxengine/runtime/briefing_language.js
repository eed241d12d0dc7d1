// In which language the agent is to talk to a person, whatever the caller speaks.

/** @param {Record<string, unknown>} told @param {Person} person */
function tellPersonsLanguage(told, person) {
  told.language = SPOKEN_TO[person.target];
}

ON_BRIEFING_TOLD.push(tellPersonsLanguage);
