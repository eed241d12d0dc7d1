// error: exception TypeError: Cannot read properties of null (reading 'next')
const S = { target: null };
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  S.target = S.target.next; // here
}
