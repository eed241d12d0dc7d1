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
