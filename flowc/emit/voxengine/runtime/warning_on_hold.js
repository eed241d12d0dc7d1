// A warning goes on where the person presses hold meanwhile, or is back; then the caller hears what there is to hear.

function isWarningHeard() {
  return S.isHeardByBoth;
}

GOES_ON.push(isWarningHeard);
