// Stands in for the addon, so that what the native engine does with its answers can be tested anywhere.

const calls = [];

/** What the next run does; tests set it. */
const script = { outcome: { arrays: [] }, progress: [], isPending: false, sync: undefined };

class CodedError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

exports.calls = calls;
exports.script = script;

exports.run = (graph, buffers, options, onProgress) => {
  let finish;
  const call = { graph, buffers, options, cancelled: 0 };
  calls.push(call);
  const result = new Promise((resolve) => {
    finish = resolve;
  });
  setImmediate(() => {
    for (const batch of script.progress) onProgress(batch);
    if (!script.isPending) finish(script.outcome);
  });
  return {
    result,
    cancel() {
      call.cancelled += 1;
      finish({ error: { code: "CANCELLED", message: "cancelled" } });
    },
  };
};

exports.explain = () => "before and after";

exports.Hdf5File = class {
  constructor(path) {
    if (script.sync !== undefined) throw new CodedError(script.sync.code, script.sync.message);
    this.path = path;
  }
  node(path) {
    if (path === "/" || path === "/g") return JSON.stringify({ kind: "group", path });
    if (path !== "/g/x") throw new CodedError("PATH_NOT_FOUND", `nothing at ${path}`);
    return JSON.stringify({
      kind: "dataset",
      path,
      shape: [100, 200],
      dtype: "int64",
      chunks: [10, 20],
      filters: [{ name: "gzip", options: [4] }],
      layout: "chunked",
      fillValue: "9007199254740993",
      decoded: true,
    });
  }
  keys(path) {
    return path === "/" ? ["g"] : ["x"];
  }
  attrs() {
    return JSON.stringify({
      unit: "m",
      wide: { int: "9007199254740993" },
      odd: [{ float: "NaN" }, { float: "-inf" }, 1],
    });
  }
  close() {
    calls.push("close");
  }
};
