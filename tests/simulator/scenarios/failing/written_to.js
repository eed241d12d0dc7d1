// error: exception TypeError: Call.tag cannot be set: objects of the platform are read-only in the emulator
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting(event) {
  event.call.tag = "caller"; // here
}
