// What a person does on the page, and the call that is shown first.

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
