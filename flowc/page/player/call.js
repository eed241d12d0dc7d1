// A call as the page has it: its data stand there as JSON; each text in them becomes a text node, never markup.

/**
 * @typedef {["act", number, number, string, number | null, boolean, string, string, string]} Act
 *   time, who (a column), what, towards whom, whether it is a trouble; and afterwards: who is on the line (a letter
 *   each), of which kind is what the caller hears, and what
 * @typedef {["step", number, number, string, boolean]} Step  time, line of the script, its text, whether it failed
 * @typedef {["fail", number, string, string]} Fail  time, what was expected, what was found
 * @typedef {Act | Step | Fail} Row
 * @typedef {[string, string, string, number]} Origin  what it is, where, the line, its number in the flow or 0
 * @typedef {{name: string, flow: string, where: string, about: string, passed: boolean, parties: string[],
 *   end: number, rows: Row[], origins: Origin[]}} Call
 */
/** @typedef {{from: number, until: number, act: Act}} Span  between two places */

const RINGING = ":";
const PRESENT = "|";
const CALLER = 0;
const NOT_SHOWN = -2;
/** @type {Act} */
const BEGINNING = ["act", 0, 1, "", null, false, " |", "nothing", "nothing"];

/** @type {Call[]} */
const CALLS = JSON.parse(at("call-data").textContent || "[]");
