// error: exception TypeError: VoxEngine.createASR is not emulated
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  VoxEngine.createASR({}); // here
}
