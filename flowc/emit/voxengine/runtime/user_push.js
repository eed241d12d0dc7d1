// Users whose app may sleep: it is woken by a push, and rings once it is there.

/** @param {UserTarget} target @param {CallUserParameters} parameters @returns {CallUserParameters} */
function wakeApp(target, parameters) {
  return target.pushMs === undefined ? parameters : Object.assign({ pushNotificationTimeout: target.pushMs }, parameters);
}

ON_USER_CALL.push(wakeApp);
