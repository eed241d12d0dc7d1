// A message with `quiet`: it ends when the caller has said nothing for so long, and one in which nobody has spoken is none.
// Where the voice detection does not work, neither is so: a message is ended by the others, and told of.

function quietState() {
  return {
    mayHaveSpoken: false, // the caller, since the beep began
    quietTimer: 0,
  };
}

/** How long the caller may say nothing in the message that is being taken; 0 if that does not matter. */
function quietMs() {
  return (S.message !== null && S.message.quietMs) || 0;
}

/** The message goes on to its next part, or is over. */
function followMessage() {
  if (S.messagePart === "beeps") S.mayHaveSpoken = false;
  if (S.messagePart === "beeps" && quietMs() !== 0) detectVoice(S.caller);
  if (S.messagePart === "records" && quietMs() !== 0 && S.voice === "") log("nobody would know that the caller says nothing");
  if (S.messagePart !== "beeps" && S.messagePart !== "records") detectVoiceNoMore();
  followVoice();
}

/** Where it is not known whether the caller speaks, that may be. */
function followVoice() {
  stopTimer("quietTimer");
  if (S.voice === "speaks" || (S.voice === "" && S.messagePart === "records")) S.mayHaveSpoken = true;
  if (S.voice === "is silent" && S.messagePart === "records") startTimer("quietTimer", quietMs(), onQuiet);
}

function onQuiet() {
  S.quietTimer = 0;
  log("the caller has said nothing for " + quietMs() / 1000 + " s");
  endMessage();
}

function isMessageOfNobody() {
  return !S.mayHaveSpoken;
}

ON_MESSAGE_PART.push(followMessage);
ON_VOICE.push(followVoice);
NO_MESSAGE.push(isMessageOfNobody);
