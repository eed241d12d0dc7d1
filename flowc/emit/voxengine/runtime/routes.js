// The step that goes on with the steps of a route.

/** @typedef {{ route: string }} GoTo */

/** @param {GoTo} step @param {number} index */
function goToRoute(step, index) {
  logStep(S.way, index, "route", step.route);
  S.steps = ROUTES[step.route];
  S.position = 0;
  S.way = "route " + step.route;
  return true;
}
