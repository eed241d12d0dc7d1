// error: exception TypeError: VoxEngine.sendMediaBetween: mediaUnit2 must be VoxMediaUnit, not null
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting(event) {
  VoxEngine.sendMediaBetween(event.call, null); // here
}
