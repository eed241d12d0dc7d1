// error: exception Error: late
setTimeout(onTimer, 500);

function onTimer() {
  throw new Error("late"); // here
}
