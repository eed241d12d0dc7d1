// Which call is shown: by the list, by the address, by its name.

/**
 * @param {number} number
 * @param {boolean} isAsked
 */
function choose(number, isAsked) {
  if (number === S.number) return;
  pause();
  const call = CALLS[number];
  const before = document.getElementById("item-" + S.number);
  if (before !== null && before.firstElementChild) before.firstElementChild.removeAttribute("aria-current");
  const item = at("item-" + number);
  if (item.firstElementChild) item.firstElementChild.setAttribute("aria-current", "true");
  S.call = call;
  S.number = number;
  S.row = NOT_SHOWN;
  S.places = placesOf(call);
  player.hidden = false;
  player.classList.toggle("is-failed", !call.passed);
  at("player-name").textContent = call.name;
  at("player-about").textContent = [call.where, call.about].filter(Boolean).join(". ");
  drawSequence(call);
  drawLanes(call);
  drawOrigins(call);
  if (call.passed) show(-1, 0);
  else toEnd();
  if (!isAsked) return;
  const name = at("player-name");
  const where = name.getBoundingClientRect();
  name.focus({ preventScroll: where.top >= 0 && where.bottom <= window.innerHeight / 2 });
}

/** The call that the address names, or -1. */
function asked() {
  const match = /^#call-(\d+)$/.exec(location.hash);
  return match !== null && Number(match[1]) < CALLS.length ? Number(match[1]) : -1;
}

function followAddress() {
  const number = asked();
  if (number >= 0) choose(number, true);
}

/** Only calls whose name has the text. */
function filter() {
  const text = /** @type {HTMLInputElement} */ (at("find")).value.trim().toLowerCase();
  CALLS.forEach((call, number) => {
    at("item-" + number).hidden = text !== "" && (call.flow + ": " + call.name).toLowerCase().indexOf(text) < 0;
  });
}
