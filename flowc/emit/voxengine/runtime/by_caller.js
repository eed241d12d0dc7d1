// Who calls, which a branch goes by.

/** The callers among whom somebody with this number is. @type {((number: string) => string[])[]} */
const ON_CALLING = [];

function whoCalls() {
  if (S.from === "") return ["withheld"];
  return ON_CALLING.map((find) => find(S.from)).reduce((found, names) => found.concat(names), []);
}

OF_CALL.from = whoCalls;
