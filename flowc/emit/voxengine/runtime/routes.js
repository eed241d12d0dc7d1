// The step that goes on with the steps of a route.

/** @typedef {{ route: string }} GoTo */

/** @param {GoTo} step @param {number} index */
function goToRoute(step, index) {
  logStep(S.way, index, "route", step.route);
  lineUp(ROUTES[step.route], "route " + step.route);
  return true;
}
