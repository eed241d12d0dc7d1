// All that changes while calls are looked at.

/** What is shown. `at` is where playing stands, in shortened time; `row` the last row that has happened, or -1. */
const S = {
  call: CALLS[0],
  number: -1,
  row: NOT_SHOWN,
  at: 0,
  isPlaying: false,
  frame: 0,
  before: 0,
  /** @type {HTMLElement[]} */
  rows: [],
  /** @type {HTMLElement[]} */
  heads: [],
  /** @type {number[]} */
  places: [],
};
