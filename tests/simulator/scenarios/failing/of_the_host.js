// error: exception TypeError: console.log is not part of the VoxEngine API
console.log("hello"); // here
