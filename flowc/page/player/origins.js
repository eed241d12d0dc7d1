// Where failures of a call come from.

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
