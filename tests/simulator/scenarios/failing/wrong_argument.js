// error: exception TypeError: VoxEngine.callPSTN: number must be string, not undefined
const S = { targets: {} };
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  VoxEngine.callPSTN(S.targets.nobody, "+15550100009"); // here
}
