// error: exception RangeError: Maximum call stack size exceeded
VoxEngine.addEventListener(AppEvents.CallAlerting, again);

function again() {
  again(); // here
}
