// Actions that have the call recorded, or not, and leave the conversation alone.

/** @param {RecordCall} step */
function recordInBackground(step) {
  changeRecording(step);
  return "";
}
