// Plays calls on the page. Their data stand in the page as JSON; each text in them becomes a text node, never markup.
"use strict";

(function () {
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

  const QUIET_MS = 5000; // a longer wait without anything happening is shortened
  const ROW_MS = 120; // so long everything is there before the next, also where all happens at one instant
  const RINGING = ":";
  const PRESENT = "|";
  const CALLER = 0;
  const NOT_SHOWN = -2;
  /** @type {Act} */
  const BEGINNING = ["act", 0, 1, "", null, false, " |", "nothing", "nothing"];

  const found = document.getElementById("call-data");
  if (found === null) return;
  /** @type {Call[]} */
  const CALLS = JSON.parse(found.textContent || "[]");

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

  // Time. Between two things that happen it runs as it does; of a long wait the rest is shortened.

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

  // The sequence: a row for everything that happens, with a line for each party.

  /** @param {Call} call */
  function drawSequence(call) {
    const count = call.parties.length;
    const list = make("ol", "rows");
    const header = make("div", "row heads");
    header.appendChild(make("span", "time"));
    S.heads = call.parties.map((name, column) => {
      const cell = make("span", "party", name);
      cell.style.gridColumn = String(column + 2);
      header.appendChild(cell);
      return cell;
    });
    let time = -1;
    S.rows = call.rows.map((row, number) => {
      const isNew = row[1] !== time;
      if (row[0] === "act") time = row[1];
      const item = row[0] === "act" ? drawnAct(row, count, isNew) : row[0] === "step" ? drawnStep(row) : drawnFailure(row);
      drawLines(item, call, actAt(number));
      list.appendChild(item);
      return item;
    });
    sequence.textContent = "";
    sequence.style.setProperty("--parties", String(count));
    sequence.appendChild(header);
    sequence.appendChild(list);
  }

  /**
   * @param {HTMLElement} item
   * @param {Call} call
   * @param {Act} act
   */
  function drawLines(item, call, act) {
    call.parties.forEach((_, column) => {
      const state = act[6][column];
      const line = make("span", "life" + (state === PRESENT ? " present" : state === RINGING ? " ringing" : ""));
      if (column === CALLER && act[7] !== "nothing") line.className = "life sound " + act[7];
      line.style.gridColumn = String(column + 2);
      item.insertBefore(line, item.firstChild);
    });
  }

  /**
   * @param {Act} act
   * @param {number} count
   * @param {boolean} isNew
   */
  function drawnAct(act, count, isNew) {
    const item = make("li", "row act" + (act[5] ? " trouble" : ""));
    item.appendChild(make("span", "time", isNew ? written(act[1]) : ""));
    const who = act[2];
    const to = act[4];
    const said = make("span", "said");
    const first = to === null ? who : Math.min(who, to);
    const last = to === null ? who : Math.max(who, to);
    said.style.gridColumn = first + 2 + " / " + (last + 3);
    said.style.setProperty("--span", String(last - first + 1));
    const label = make("span", "label");
    label.appendChild(make("span", "hidden", S.call.parties[who] + " "));
    label.appendChild(document.createTextNode(act[3]));
    if (who === CALLER && act[3].indexOf("hears ") === 0) label.classList.add("sound", act[7]);
    if (to !== null) {
      label.appendChild(make("span", "hidden", ", to " + S.call.parties[to]));
      said.classList.add("arrow", to > who ? "right" : "left");
    } else {
      said.classList.add("alone");
      if (who === count - 1) said.classList.add("last");
    }
    said.appendChild(label);
    item.appendChild(said);
    return item;
  }

  /** @param {Step} step */
  function drawnStep(step) {
    const item = make("li", "row step" + (step[4] ? " failed" : ""));
    item.appendChild(make("span", "time", step[2] ? String(step[2]) : ""));
    item.appendChild(make("span", "whole", step[3]));
    return item;
  }

  /** @param {Fail} failure */
  function drawnFailure(failure) {
    const item = make("li", "row failure");
    item.appendChild(make("span", "time", written(failure[1])));
    const whole = make("span", "whole");
    whole.appendChild(make("b", "", "expected"));
    whole.appendChild(make("span", "", failure[2]));
    whole.appendChild(make("b", "", "found"));
    whole.appendChild(make("span", "", failure[3]));
    item.appendChild(whole);
    return item;
  }

  // The lanes: what the caller hears, and who is on the line, to scale.

  /** @param {Call} call */
  function drawLanes(call) {
    lanes.textContent = "";
    lanes.appendChild(make("span", "lane-name", "caller hears"));
    const heard = make("div", "lane hears");
    for (const each of spans(call, (act) => act[7] + " " + act[8])) {
      if (each.act[7] !== "nothing") heard.appendChild(bar(each, "sound " + each.act[7], each.act[8]));
    }
    lanes.appendChild(heard);
    call.parties.forEach((name, column) => {
      if (name === "scenario") return;
      lanes.appendChild(make("span", "lane-name", name));
      const lane = make("div", "lane");
      for (const each of spans(call, (act) => act[6][column])) {
        const isRinging = each.act[6][column] === RINGING;
        if (isRinging) lane.appendChild(bar(each, "ringing", "rings"));
        else if (each.act[6][column] === PRESENT) lane.appendChild(bar(each, "present", "on the line"));
      }
      lanes.appendChild(lane);
    });
    scrub.max = String(Math.ceil(length()));
    lanes.appendChild(make("span", "lane-name", ""));
    lanes.appendChild(scrub);
    lanes.appendChild(head);
  }

  /**
   * @param {Span} span
   * @param {string} className
   * @param {string} text
   */
  function bar(span, className, text) {
    const drawn = make("span", "bar " + className, text);
    drawn.title = text + ", " + written(timeAt(span.from)) + " to " + written(timeAt(span.until));
    drawn.style.left = (100 * span.from) / length() + "%";
    drawn.style.width = (100 * (span.until - span.from)) / length() + "%";
    return drawn;
  }

  /**
   * The call in parts in each of which something stays the same, with what began the part.
   * @param {Call} call
   * @param {(act: Act) => string} what
   */
  function spans(call, what) {
    /** @type {Span[]} */
    const parts = [];
    call.rows.forEach((row, number) => {
      if (row[0] !== "act") return;
      const last = parts[parts.length - 1];
      if (last !== undefined && what(last.act) === what(row)) return;
      if (last !== undefined) last.until = S.places[number];
      parts.push({ from: S.places[number], until: length(), act: row });
    });
    return parts;
  }

  // Playing

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

  /** The last row that has happened at a place. @param {number} place */
  function rowAt(place) {
    let last = -1;
    S.call.rows.forEach((_, number) => {
      if (S.places[number] <= place + 0.5) last = number;
    });
    return last;
  }

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

  // Choosing

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

  /** @param {Call} call */
  function drawOrigins(call) {
    const origins = at("origins");
    origins.textContent = "";
    if (call.origins.length === 0) return;
    const list = make("dl", "origins");
    for (const each of call.origins) {
      list.appendChild(make("dt", "", each[0]));
      const told = make("dd");
      const isHere = each[3] > 0 && document.getElementById("L" + each[3]) !== null;
      const place = make(isHere ? "a" : "span", "place", each[1]);
      if (isHere) place.setAttribute("href", "#L" + each[3]);
      told.appendChild(place);
      if (each[2]) told.appendChild(make("code", "", each[2]));
      list.appendChild(told);
    }
    origins.appendChild(list);
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

  if (CALLS.length === 0) return;
  scrub.type = "range";
  scrub.id = "scrub";
  scrub.min = "0";
  scrub.step = "any";
  scrub.setAttribute("aria-label", "Where in the call");
  scrub.addEventListener("input", () => {
    pause();
    show(rowAt(Number(scrub.value)), Number(scrub.value));
    at("happens").textContent = S.row < 0 ? "" : told(S.call.rows[S.row]);
  });
  scrub.addEventListener("keydown", pressed);
  sequence.addEventListener("keydown", pressed);
  sequence.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest(".row") : null;
    const number = target instanceof HTMLElement ? S.rows.indexOf(target) : -1;
    if (number >= 0) stepTo(number);
  });
  play.addEventListener("click", toggle);
  at("to-start").addEventListener("click", () => stepTo(-1));
  at("back").addEventListener("click", () => stepTo(S.row - 1));
  at("forward").addEventListener("click", () => stepTo(S.row + 1));
  at("to-end").addEventListener("click", toEnd);
  at("find").addEventListener("input", filter);
  window.addEventListener("hashchange", followAddress);
  const failed = CALLS.findIndex((call) => !call.passed);
  choose(asked() >= 0 ? asked() : Math.max(0, failed), false);
})();
