// Playing: time that goes by on its own, in steps, or by keys.

function start() {
  if (S.at >= length() - 0.5) show(-1, 0);
  S.isPlaying = true;
  S.before = performance.now();
  S.frame = requestAnimationFrame(tick);
  play.textContent = "Pause";
}

function pause() {
  if (!S.isPlaying) return;
  S.isPlaying = false;
  cancelAnimationFrame(S.frame);
  play.textContent = "Play";
  showRow();
}

/** @param {number} now */
function tick(now) {
  const place = Math.min(S.at + (now - S.before) * Number(speed.value), length());
  S.before = now;
  show(rowAt(place), place);
  if (place >= length()) pause();
  else S.frame = requestAnimationFrame(tick);
}

function toggle() {
  if (S.isPlaying) pause();
  else start();
}

/** @param {number} row */
function stepTo(row) {
  pause();
  show(row);
}

function toEnd() {
  pause();
  show(S.rows.length - 1, length());
}

/** @type {Object<string, () => void>} */
const KEYS = {
  ArrowLeft: () => stepTo(S.row - 1),
  ArrowRight: () => stepTo(S.row + 1),
  Home: () => stepTo(-1),
  End: toEnd,
  " ": toggle,
};

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || !Object.prototype.hasOwnProperty.call(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
}
