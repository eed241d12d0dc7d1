// Users whose app may sleep: it is woken by a push, and rings once it is there.

const ASLEEP = 480;

/** @param {UserTarget} target @param {CallUserParameters} parameters @returns {CallUserParameters} */
function wakeApp(target, parameters) {
  return target.pushMs === undefined ? parameters : Object.assign({ pushNotificationTimeout: target.pushMs }, parameters);
}

/** @param {string} name @param {Call} leg */
function watchSleeper(name, leg) {
  const target = TARGETS[name];
  if ("user" in target && target.pushMs !== undefined) leg.addEventListener(CallEvents.Failed, onAsleep);
}

/** The platform may say that an app is not there, and the push wakes it all the same: by then it is given up. @param {_FailedEvent} event */
function onAsleep(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt === undefined && event.code === ASLEEP) hangUp(event.call);
}

ON_USER_CALL.push(wakeApp);
ON_DIALLED.push(watchSleeper);
