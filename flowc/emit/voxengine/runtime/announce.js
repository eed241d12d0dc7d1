// What callers who wait in a queue are told again and again.

/** Why something cannot be announced, or "". @type {((announcement: Announcement) => string)[]} */
const BEFORE_ANNOUNCEMENT = [];

function announceState() {
  return {
    announces: false, // the caller hears it now
    /** Until the next one. */
    announceTimer: 0,
  };
}

/** What is announced where the caller waits: undefined if that is nothing, or the caller waits no longer. */
function announcementNow() {
  const attempt = waitingInQueue();
  const target = attempt === undefined ? undefined : TARGETS[attempt.target];
  return target !== undefined && "announce" in target ? target.announce : undefined;
}

/** From the end of one to the beginning of the next one. */
function announceLater() {
  const announcement = announcementNow();
  if (announcement !== undefined) startTimer("announceTimer", announcement.everyMs, announce);
}

function announce() {
  S.announceTimer = 0;
  const announcement = announcementNow();
  if (announcement === undefined) return;
  const obstacle = BEFORE_ANNOUNCEMENT.reduce((why, look) => why || look(announcement), "");
  const why = obstacle || speak(announcement.say, afterAnnouncement, false);
  S.announces = why === "";
  if (S.announces) log("the caller waits for " + S.live.map((each) => each.target).join(", ") + ", and hears " + announcement.say);
  if (S.announces) return;
  cannotSay(S.position - 1, announcement.say, why);
  if (S.player === null && S.playerTimer === 0) hearThatItRings(); // what was heard was stopped for it
  announceLater();
}

function afterAnnouncement() {
  hearThatItRings();
  announceLater();
}

/** Somebody else is about to be rung: nobody hears the rest of it. */
function cutAnnouncement() {
  if (S.announces) hearThatItRings();
  return false;
}

function announceNoMore() {
  stopTimer("announceTimer");
}

function forgetAnnouncement() {
  S.announces = false;
}

ON_PLAYER_STOPPED.push(forgetAnnouncement);
BEFORE_ROUND.push(cutAnnouncement);
ON_QUEUED.push(announceLater);
ON_TAKEN.push(announceNoMore);
ON_FORGOTTEN.push(announceNoMore);
