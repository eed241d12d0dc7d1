// A moment of a call: what has happened by then, and how all is.

/** Shows the call as it is when this row has happened; at this place, or where the row stands.
 * @param {number} row
 * @param {number} [place]
 */
function show(row, place) {
  const before = S.row;
  S.row = Math.max(-1, Math.min(row, S.rows.length - 1));
  S.at = place !== undefined ? place : S.row < 0 ? 0 : S.places[S.row];
  scrub.value = String(S.at);
  head.style.setProperty("--at", String(S.at / length()));
  const now = written(Math.min(timeAt(S.at), S.call.end));
  at("clock").textContent = now + " of " + written(S.call.end);
  const act = actAt(S.row);
  const words = act[8];
  scrub.setAttribute("aria-valuetext", now + ", the caller hears " + words);
  const hears = at("hears");
  hears.className = "sound " + act[7];
  hears.textContent = "the caller hears " + words;
  if (S.row !== before || place === undefined) showRow();
}

function showRow() {
  S.rows.forEach((row, number) => {
    row.classList.toggle("future", number > S.row);
    row.classList.toggle("current", number === S.row);
    if (number === S.row) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  });
  const row = S.row < 0 ? null : S.call.rows[S.row];
  const present = actAt(S.row)[6];
  S.heads.forEach((cell, column) => {
    cell.classList.toggle("present", present[column] === PRESENT);
    cell.classList.toggle("ringing", present[column] === RINGING);
  });
  if (!S.isPlaying) at("happens").textContent = row === null ? "" : told(row);
  if (S.row >= 0) intoView(S.rows[S.row]);
  else sequence.scrollTop = 0;
}

/** Within the diagram alone: the page stays where it is. @param {HTMLElement} row */
function intoView(row) {
  const top = row.offsetTop - sequence.clientHeight / 2;
  const said = row.querySelector(".said");
  const middle = said instanceof HTMLElement ? said.offsetLeft + said.offsetWidth / 2 : null;
  const left = middle === null ? sequence.scrollLeft : middle - sequence.clientWidth / 2;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  sequence.scrollTo({ top: top, left: left, behavior: isCalm || !S.isPlaying ? "auto" : "smooth" });
}

/** The last thing that has happened when a row has: it says how all is then. @param {number} number */
function actAt(number) {
  for (let each = number; each >= 0; each -= 1) {
    const row = S.call.rows[each];
    if (row[0] === "act") return row;
  }
  return BEGINNING;
}

/** @param {Row} row */
function told(row) {
  if (row[0] === "step") return row[3];
  if (row[0] === "fail") return "expected " + row[2] + ", found " + row[3];
  return S.call.parties[row[2]] + " " + row[3] + (row[4] === null ? "" : ", to " + S.call.parties[row[4]]);
}
