// Time. Between two things that happen it runs as it does; of a long wait the rest is shortened.

const QUIET_MS = 5000; // a longer wait without anything happening is shortened
const ROW_MS = 120; // so long everything is there before the next, also where all happens at one instant

/** @param {number} gap */
function shortened(gap) {
  return gap <= QUIET_MS ? gap : QUIET_MS + 2000 * Math.log2(gap / QUIET_MS);
}

/** Where each row of a call stands, and behind them its end. @param {Call} call */
function placesOf(call) {
  let here = 0;
  let time = 0;
  const places = call.rows.map((row, number) => {
    here += shortened(row[1] - time) + (number > 0 ? ROW_MS : 0);
    time = row[1];
    return here;
  });
  return places.concat([here + shortened(Math.max(0, call.end - time)) + ROW_MS]);
}

/** @param {number} place */
function timeAt(place) {
  const row = rowAt(place);
  const from = row < 0 ? 0 : S.places[row];
  const since = row < 0 ? 0 : S.call.rows[row][1];
  const next = row + 1 < S.call.rows.length ? S.call.rows[row + 1][1] : S.call.end;
  const share = S.places[row + 1] > from ? (place - from) / (S.places[row + 1] - from) : 1;
  return since + Math.max(0, next - since) * Math.min(1, share);
}

function length() {
  return S.places[S.places.length - 1];
}

/** @param {number} ms */
function written(ms) {
  const tenths = Math.round(ms / 100);
  const minutes = Math.floor(tenths / 600);
  const seconds = ((tenths % 600) / 10).toFixed(1);
  return minutes + ":" + (seconds.length < 4 ? "0" : "") + seconds;
}

/** The last row that has happened at a place. @param {number} place */
function rowAt(place) {
  let last = -1;
  S.call.rows.forEach((_, number) => {
    if (S.places[number] <= place + 0.5) last = number;
  });
  return last;
}
