// What a function made by `bind` calls, and with what. A callback that waits is then data like everything else, and a
// digest can tell it from another one; what any other function has closed over, nobody can see.

const BINDINGS = new WeakMap();
const bindNatively = Function.prototype.bind;

function bind(self, ...args) {
  const bound = bindNatively.call(this, self, ...args);
  BINDINGS.set(bound, { target: this, args });
  return bound;
}

Object.defineProperty(Function.prototype, "bind", { value: bind, writable: true, enumerable: false, configurable: true });
