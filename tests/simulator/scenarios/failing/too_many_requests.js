// error: exception Error: Exceeded the HTTP connection count limit!
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  for (let i = 0; i < 36; i += 1) Net.httpRequestAsync("https://crm.example/" + i); // here
}
