// Announcements that say which place in a queue the caller has: `${queue.position}`, and how long it takes: `${queue.minutes}`.

const MINUTE_MS = 60000;
const EWT_UNKNOWN = 501; // how long it takes is not known yet

function placeState() {
  return {
    /** What the queue has said last, as texts name it. @type {Record<string, string>} */
    place: {},
  };
}

/** @param {SmartQueueTask} task */
function watchPlace(task) {
  safely("listen to a queue", () => task.addEventListener(SmartQueueEvents.Waiting, onWaiting.bind(null, task)));
}

/** It comes now and then, or never, and need not say anything. @param {SmartQueueTask} task @param {_SmartQueueWaitingEvent} event */
function onWaiting(task, event) {
  if (task !== S.task) return; // the caller waits there no longer
  const { position, ewt } = event;
  S.place = {
    "queue.position": isCounted(position) ? String(Math.max(1, Math.ceil(position))) : "", // the first may be 0
    "queue.minutes": isCounted(ewt) && event.code !== EWT_UNKNOWN ? String(Math.max(1, Math.ceil(ewt / MINUTE_MS))) : "",
  };
}

/** @param {number} said */
function isCounted(said) {
  return typeof said === "number" && said >= 0;
}

/** @param {string} name */
function placeNamed(name) {
  return has(S.place, name) ? S.place[name] : "";
}

/** What is named without a text for what is not known must be known. @param {Announcement} announcement */
function placeUnknown(announcement) {
  const isKnown = (announcement.needs || []).every((name) => placeNamed(name) !== "");
  return isKnown ? "" : "the queue has not said which place it is";
}

/** The caller waits there no longer. */
function forgetPlace() {
  S.place = {};
}

ON_QUEUED.push(watchPlace);
ON_FORGOTTEN.push(forgetPlace);
ON_NAMED.push(placeNamed);
BEFORE_ANNOUNCEMENT.push(placeUnknown);
