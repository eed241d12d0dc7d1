// error: endless more than 100000 promise reactions without an end
VoxEngine.addEventListener(AppEvents.CallAlerting, again);

function again() {
  Promise.resolve().then(again);
}
