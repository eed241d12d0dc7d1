// error: exception TypeError: Call.transfer is not part of the VoxEngine API
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting(event) {
  event.call.transfer("+15550100001"); // here
}
