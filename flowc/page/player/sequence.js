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
