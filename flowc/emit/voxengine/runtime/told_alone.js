// What is said to a person alone, before the caller is joined: on that leg, while the caller hears on what there is to hear.

/**
 * Speaks to a person who hears nothing else. What cannot be said counts as said.
 * @param {Person} person
 * @param {string} words
 * @param {TTSPlayerParameters} how
 * @param {(person: Person) => void} after what follows when it has been said
 */
function tellAlone(person, words, how, after) {
  if (words === "" || !(isPlayed(person, words, how) || isSaidByTheLeg(person, words, how))) {
    hush(person);
    log(person.target + " hears nothing: " + (words === "" ? "the text is empty" : "the platform did not play it"));
    after(person);
    return;
  }
  person.after = after;
  person.timer = setTimeout(onToldLate.bind(null, person.leg), speechLimit(words));
}

/** @param {Person} person @param {string} words @param {TTSPlayerParameters} how */
function isPlayed(person, words, how) {
  return safely("speak to " + person.target, () => {
    const player = VoxEngine.createTTSPlayer(words, how);
    person.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onToldAlone);
    player.addEventListener(PlayerEvents.Error, onToldAlone);
    player.sendMediaTo(person.leg);
  });
}

/** Where there are no players left: the platform has ten in a session. @param {Person} person @param {string} words @param {TTSPlayerParameters} how */
function isSaidByTheLeg(person, words, how) {
  hush(person);
  return safely("say something to " + person.target, () => {
    person.leg.addEventListener(CallEvents.PlaybackFinished, onSaidByTheLeg);
    person.leg.say(words, how);
    person.isSaid = true;
  });
}

/** @param {{ player: Player }} event */
function onToldAlone(event) {
  const person = S.persons.find((each) => each.player === event.player);
  if (person !== undefined) toldAlone(person);
}

/** @param {{ call: Call }} event */
function onSaidByTheLeg(event) {
  const person = S.persons.find((each) => each.leg === event.call);
  if (person !== undefined && person.isSaid) toldAlone(person);
}

/** @param {Call} leg */
function onToldLate(leg) {
  const person = personOn(leg);
  if (person === undefined) return;
  log("what is said to " + person.target + " did not end");
  toldAlone(person);
}

/** @param {Person} person */
function toldAlone(person) {
  hush(person);
  person.after(person);
}

/** Nothing more is said, and nothing waited for. @param {Person} person */
function hush(person) {
  const player = person.player;
  clearTimeout(person.timer);
  person.timer = 0;
  person.player = null;
  if (player !== null) safely("stop a player", () => player.stop());
  if (person.isSaid) safely("stop what the leg says", () => person.leg.stopPlayback());
  person.isSaid = false;
}

ON_PERSON_LEFT.push(hush);
