// Numbering plans: what the platform makes of a number as people of a country dial it. Nothing here knows countries: calling
// code and national prefix come with the options, as far as a scenario names a country.

const SHORTEST_NATIONAL = 7; // digits of a number without its prefix that counts as valid: real plans say more
const LONGEST_E164 = 15;

/** In E.164, or "" if it is no number there. */
function asDialledIn([code, prefix], written) {
  const digits = written.replace(/[ ()./-]/g, "");
  if (/^\+[0-9]+$/.test(digits)) return digits;
  if (!/^[0-9]+$/.test(digits)) return "";
  if (code !== "1" && digits.startsWith("00")) return `+${digits.slice(2)}`;
  if (prefix !== "" && digits.startsWith(prefix)) return `+${code}${digits.slice(prefix.length)}`;
  return prefix !== "" && digits.startsWith(code) ? `+${digits}` : `+${code}${digits}`;
}

/** Typings: PhoneNumberInfo. Whether the letters of the country may be small, and whether `number` has its plus, is not said. */
function numberInfo(written, country) {
  const { number_info: does, numbering } = sim.options;
  if (does === "throws") throw new Error("PhoneNumber.getInfo failed");
  const isKnown = does === "capitals" ? country === country.toUpperCase() : does !== "small" || country === country.toLowerCase();
  const known = isKnown ? owned(numbering, country.toLowerCase(), null) : null;
  const number = known === null || does === "unknown" ? "" : asDialledIn(known, written);
  const isValid = number.length > (known === null ? 0 : known[0].length + SHORTEST_NATIONAL) && number.length <= LONGEST_E164 + 1;
  const found = { number: does === "without_plus" ? number.slice(1) : number, region: isValid ? country.toUpperCase() : "", numberType: "", location: "" };
  return { ...found, isPossibleNumber: isValid, isValidNumber: isValid, isValidNumberForRegion: isValid, ...(isValid ? {} : { error: "NOT_A_NUMBER" }) };
}

IMPLEMENTATION["PhoneNumber.getInfo"] = (number, country) => numberInfo(number, country || "");
