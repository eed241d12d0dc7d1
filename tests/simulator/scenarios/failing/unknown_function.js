// error: exception TypeError: VoxEngine.callPhone is not part of the VoxEngine API
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  VoxEngine.callPhone("+15550100001", "+15550100009"); // here
}
