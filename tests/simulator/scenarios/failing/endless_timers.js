// error: endless more than 10000 events at 0 ms: time does not get on
VoxEngine.addEventListener(AppEvents.CallAlerting, again);

function again() {
  setTimeout(again, 0);
}
