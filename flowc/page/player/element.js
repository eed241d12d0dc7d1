// Elements of the page: those that are there, and those that are made.

/** @param {string} id */
function at(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error("no element " + id);
  return element;
}

/**
 * @param {string} name
 * @param {string} [className]
 * @param {string} [text]
 */
function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const player = at("player");
const play = at("play");
const sequence = at("sequence");
const lanes = at("lanes");
const speed = /** @type {HTMLSelectElement} */ (at("speed"));
const scrub = /** @type {HTMLInputElement} */ (make("input", "scrub"));
const head = make("div", "playhead");
