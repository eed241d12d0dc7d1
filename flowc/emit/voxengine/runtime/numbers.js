// Who calls, and who was called.

const WITHHELD = ["anonymous", "private", "restricted", "unavailable", "unknown", "withheld"];

/** How else the name of a party is read that is not on the telephone network. @type {((written: string) => string)[]} */
const ON_PARTY = [];

function numbersState() {
  return { from: "", to: "" };
}

/** @param {_CallAlertingEvent} event */
function readNumbers(event) {
  const onTelephoneNetwork = isOnTelephoneNetwork(event.call);
  S.from = callerName(event.callerid, onTelephoneNetwork);
  S.to = partyName(event.destination, onTelephoneNetwork);
}

/**
 * Who was called, or calls: E.164 if it is a telephone number, which the telephone network leaves without its plus; else
 * as it came.
 * @param {unknown} name
 * @param {boolean} onTelephoneNetwork
 */
function partyName(name, onTelephoneNetwork) {
  const written = name === undefined || name === null ? "" : String(name).trim();
  if (!onTelephoneNetwork) return ON_PARTY.reduce((party, read) => read(party), written);
  return /^[1-9][0-9]{6,14}$/.test(written) ? "+" + written : written;
}

/** Who calls; empty if that is withheld. @param {unknown} name @param {boolean} onTelephoneNetwork */
function callerName(name, onTelephoneNetwork) {
  const caller = partyName(name, onTelephoneNetwork);
  const word = caller.toLowerCase();
  const withheld = onTelephoneNetwork
    ? WITHHELD.includes(word)
    : /^(sips?:)?(anonymous|[^@]*@anonymous\.invalid|anonymous@.*)$/.test(word);
  return withheld ? "" : caller;
}

/** @param {Call} call */
function isOnTelephoneNetwork(call) {
  let type = "";
  safely("learn how the caller calls", () => {
    type = call.clientType();
  });
  return type === "pstn";
}

ON_INCOMING.push(readNumbers);
