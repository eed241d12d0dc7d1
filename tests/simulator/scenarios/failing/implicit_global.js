// error: exception ReferenceError: calls is not defined
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  calls = 1; // here
}
