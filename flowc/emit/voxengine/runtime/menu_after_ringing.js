// A menu that is asked as soon as the caller has stopped the ringing: the key for that is none of its own.

function isMenuAsked() {
  return S.menu !== null;
}

ON_RINGING_STOPPED.push(isMenuAsked);
