// Whether somebody on a leg speaks, as the platform's voice detection hears it, which is there while that has to be known.
// It counts from when it has said anything: one that says nothing does not say that nobody speaks.

/** @typedef {"" | "speaks" | "is silent"} Voice "": it is not known */

/** What is known of the voice has changed. @type {(() => void)[]} */
const ON_VOICE = [];

function voiceDetectionState() {
  return {
    /** Whom it is to hear. @type {Call | null} */
    speaker: null,
    /** What hears that leg. @type {Silero.VAD | null} */
    voiceDetection: null,
    voiceSought: false, // the next one that the platform makes is ours
    /** @type {Voice} */
    voice: "",
  };
}

/** It goes on, where it is under way. @param {Call | null} speaker */
function detectVoice(speaker) {
  if (S.voiceSought || S.voiceDetection !== null) return;
  S.voiceSought = true;
  S.speaker = speaker;
  safely("detect a voice", () => {
    Silero.createVAD({}).then(onVoiceDetection, onNoVoiceDetection);
  });
}

/** @param {Silero.VAD} detection */
function onVoiceDetection(detection) {
  const speaker = S.speaker;
  if (!S.voiceSought || speaker === null) {
    safely("close a late voice detection", () => detection.close());
    return;
  }
  S.voiceSought = false;
  S.voiceDetection = detection;
  const heard = safely("hear a voice", () => {
    detection.addEventListener(Silero.VADEvents.Result, onVoice.bind(null, detection));
    detection.addEventListener(Silero.VADEvents.Reset, onVoiceDetected.bind(null, detection));
    detection.addEventListener(Silero.VADEvents.Error, onVoiceDetectionFailed.bind(null, detection));
    speaker.sendMediaTo(detection);
    detection.reset(); // to which it has an answer, if it works
  });
  if (!heard) detectVoiceNoMore();
}

function onNoVoiceDetection() {
  if (S.voiceSought) log("the platform detects no voices");
}

/** It has been reset: it works. @param {Silero.VAD} detection */
function onVoiceDetected(detection) {
  if (detection === S.voiceDetection && S.voice === "") setVoice("is silent");
}

/** Speech has begun, or ended, or both: 0 is a time as well. @param {Silero.VAD} detection @param {Silero._VADResultEvent} event */
function onVoice(detection, event) {
  if (detection !== S.voiceDetection) return;
  if (isTime(event.speechStartAt)) setVoice("speaks");
  if (isTime(event.speechEndAt)) setVoice("is silent");
}

/** @param {number | null} [time] */
function isTime(time) {
  return time !== undefined && time !== null;
}

/** @param {Silero.VAD} detection */
function onVoiceDetectionFailed(detection) {
  if (detection !== S.voiceDetection) return;
  log("the voice detection has failed");
  detectVoiceNoMore();
}

/** @param {Voice} voice */
function setVoice(voice) {
  if (voice === S.voice) return;
  S.voice = voice;
  ON_VOICE.forEach((follow) => follow());
}

/** Nobody has to know any more: whatever it says then is nothing. */
function detectVoiceNoMore() {
  const detection = S.voiceDetection;
  S.speaker = null;
  S.voiceSought = false;
  S.voiceDetection = null;
  if (detection !== null) safely("close the voice detection", () => detection.close());
  setVoice("");
}
