// The same warning, where the caller talks with a person: both hear it.

/** @param {string} warning */
function warnCallerAndPerson(warning) {
  if (S.phase !== "connected" || S.isHeardByBoth) return false;
  warnBoth(warning);
  return true;
}

ON_CALL_WARNING.push(warnCallerAndPerson);
