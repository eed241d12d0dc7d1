// Opening hours: whether they are open now. Which hour it is in a zone, the platform knows.

/**
 * The ranges of a day, each `08:00-12:00`: the end is no part of it.
 * @typedef {{ timezone: string, weekly: { [day: string]: string[] | undefined },
 *   dates: { [date: string]: string[] | "closed" | undefined } }} Hours
 */

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MS = 86400000;
const QUARTER_HOUR_MS = 900000;
const FARTHEST_ZONE_MS = 57600000; // no zone is so far from UTC

/** What is not known to be open is closed. @param {string} name @returns {"open" | "closed"} */
function hoursAre(name) {
  const hours = HOURS[name];
  const now = localTime(hours.timezone);
  const state = now !== null && isOpen(hours, now) ? "open" : "closed";
  const when = now === null ? "the platform cannot tell the time" : now.toISOString().slice(0, 16).replace("T", " ");
  log("hours " + name + ": " + state + ", " + when + " in " + hours.timezone);
  return state;
}

/**
 * The local time, as a date whose parts in UTC it is; null if the platform cannot tell. It moves the instant by what the
 * zone is ahead, so what is no such difference is no local time.
 * @param {string} zone
 */
function localTime(zone) {
  const now = new Date();
  /** @type {Date | null} */
  let local = null;
  safely("tell the time in " + zone, () => {
    local = getLocalTime(zone, now);
  });
  const ahead = local === null ? NaN : Number(local) - now.getTime();
  const isZone = ahead % QUARTER_HOUR_MS === 0 && Math.abs(ahead) < FARTHEST_ZONE_MS;
  return isZone ? new Date(now.getTime() + ahead) : null;
}

/** @param {Hours} hours @param {Date} now */
function isOpen(hours, now) {
  const time = now.toISOString().slice(11, 16);
  const today = rangesOn(hours, now);
  if (today.some((range) => range.slice(0, 5) <= time && (time < range.slice(6) || isPastMidnight(range)))) return true;
  if (hours.dates[now.toISOString().slice(0, 10)] === "closed") return false; // which ends what yesterday began
  return rangesOn(hours, new Date(now.getTime() - DAY_MS)).some((range) => isPastMidnight(range) && time < range.slice(6));
}

/** What a date says stands in place of its day of the week. @param {Hours} hours @param {Date} day */
function rangesOn(hours, day) {
  const onDate = hours.dates[day.toISOString().slice(0, 10)];
  return onDate === "closed" ? [] : onDate || hours.weekly[DAYS[day.getUTCDay()]] || [];
}

/** @param {string} range */
function isPastMidnight(range) {
  return range.slice(6) < range.slice(0, 5);
}
