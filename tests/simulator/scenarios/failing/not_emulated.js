// error: exception TypeError: VoxEngine.createConference is not emulated
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  VoxEngine.createConference({}); // here
}
