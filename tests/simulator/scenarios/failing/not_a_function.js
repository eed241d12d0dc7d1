// error: not_a_function the handler of AppEvents.CallAlerting is not a function but undefined
const handlers = {};
VoxEngine.addEventListener(AppEvents.CallAlerting, handlers.alerting);
