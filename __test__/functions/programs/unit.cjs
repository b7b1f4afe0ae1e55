exports.unit = "cm";
// A WeakMap cannot travel: only a module that is required again has it.
exports.hidden = new WeakMap();
exports.state = new Map([["k", "v"]]);
