// error: exception ReferenceError: fetch is not defined
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  fetch("https://crm.example"); // here
}
