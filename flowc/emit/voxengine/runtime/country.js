// Whole national numbers, as a SIP trunk has them: in E.164, by the country that the flow names.

/** Shorter ones are a switchboard's own. @param {string} written */
function readAtHome(written) {
  if (!/^[0-9]{7,15}$/.test(written)) return written;
  const country = FLOW.country || "";
  return numberIn(country, written) || numberIn(country.toUpperCase(), written) || written;
}

/** A number in E.164, or "" if the platform takes it for none. @param {string} country @param {string} written */
function numberIn(country, written) {
  let number = "";
  safely("read a number of the call", () => {
    const found = PhoneNumber.getInfo(written, country);
    if (found.isValidNumber === true && found.number !== written) number = "+" + found.number.replace(/^\+/, "");
  });
  return /^\+[1-9][0-9]{6,14}$/.test(number) ? number : "";
}

ON_PARTY.push(readAtHome);
