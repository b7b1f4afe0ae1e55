// Generated from crates/graph by `npm run generate`: do not edit.

/** The type of an array's elements, named as NumPy names it. */
export type DType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float32"
  | "float64";

/** A number as it was written, before it takes a `DType`. */
export type Scalar =
  | { bool: boolean }
  | { int: number | bigint }
  | { uint: number | bigint }
  | { float: string };

/** What one entry of a basic index does. Entries stand in the order of the axes. */
export type Pick =
  | {
      slice: {
        /** Position of the first element taken. */
        start: number;
        /** Distance between two elements taken. */
        step: number;
      };
    }
  | {
      index: {
        /** Position of the element. */
        at: number;
      };
    }
  | "newaxis";

/** One `Pick` for each input axis, with new axes in between. */
export type Selection = ReadonlyArray<Pick>;

/** Where an argument of a step comes from. */
export type Arg = { operand: number } | { step: number } | { const: Scalar };

/** One instruction. */
export type Step =
  | {
      apply: {
        /** Name of the operation, one of those the array crate lists. */
        op: string;
        /** Element type of the arguments. */
        dtype: DType;
        /** As many as the operation takes. */
        args: ReadonlyArray<Arg>;
      };
    }
  | {
      cast: {
        /** Type of the argument. */
        from: DType;
        /** Type of the result. */
        to: DType;
        /** What is converted. */
        arg: Arg;
      };
    };

/** The steps in order, and which value is the result. Without a step the program passes on an operand. */
export type Program = {
  /** A step uses results of earlier steps only. */
  steps: ReadonlyArray<Step>;
  /** The value of the program. */
  result: Arg;
};

/** `count` neighbouring chunks of the same length, or of lengths that are known only when they are made. */
export type Run = {
  /** Elements of each chunk along the axis. Where they are unknown TypeScript has NaN and the core has 1:
   * positions on such an axis count chunks. */
  length: number;
  /** How many chunks. */
  count: number;
  /** Set where the lengths are unknown: what decides them. Runs that name the same have the same lengths. */
  unknown?: number;
};

/** The chunks of one axis. An axis of length 0 has one chunk of length 0. */
export type Axis = ReadonlyArray<Run>;

/** The chunks of all axes. */
export type Grid = ReadonlyArray<Axis>;

/** What is asked for some tasks; what is left out is not asked for. */
export type Annotations = {
  /** Of the tasks that could run, those with the highest number do so first. */
  priority: number;
  /** How often a task that fails is made again. */
  retries: number;
  /** What a worker must have to spare of something, by its name, while it makes such a task. */
  resources: Readonly<Record<string, number>>;
  /** The only workers that may make such a task, by name or address; empty: all. */
  workers: ReadonlyArray<string>;
};

/** One step of a computation, for all blocks at once. */
export type Layer = {
  /** For people: in errors, progress and `explain()`, such as `sum-3f2a91`. */
  name: string;
  /** Element type of the output. */
  dtype: DType;
  /** Blocks of the output. */
  grid: Grid;
  /** The layers whose blocks this one reads. */
  inputs: ReadonlyArray<number>;
  /** What is done. */
  kind: Kind;
  /** What is asked for its tasks, by its number among the graph's. */
  annotations?: number;
};

/** How a block of the output comes to be. */
export type Kind =
  | { source: Source }
  | { create: Create }
  | { map: Elementwise }
  | { reduce: Reduce }
  | { select: Select }
  | { gather: Gather }
  | { call: Call }
  | { tasks: Tasks }
  | { permute: Permute }
  | { reshape: Reshape }
  | { concatenate: Concatenate }
  | { diagonal: Diagonal }
  | { compress: Compress }
  | { take: Take }
  | { assign: Assign }
  | { write: Write }
  | { scan: Scan }
  | { along: Along }
  | { pair: Pair }
  | { linear: Linear }
  | { overlap: Overlap }
  | { trim: Trim }
  | { lent: Lent };

/** A region of a store. Element `i` of the output along an axis is the store's element that `selection`
 * names; the layer's grid says which part is which block. */
export type Source = {
  /** Where the elements lie. */
  store: Store;
  /** Elements of the whole store along each axis. */
  shape: readonly number[];
  /** What is read of it. */
  selection: Selection;
  /** Chunk lengths of the store where a chunk must be decoded as a whole (compressed data), so that the
   * optimiser can see to it that each is decoded once. */
  decoded_chunks: readonly number[] | null;
};

/** Names a store. A description only: whoever executes opens it. */
export type Store =
  | {
      memory: {
        /** Its number among those handed over. */
        buffer: number;
      };
    }
  | {
      hdf5: {
        /** Absolute path of the file. */
        path: string;
        /** Absolute path of the dataset in the file. */
        dataset: string;
        /** What named the bytes of the file when it was looked into, if a server does: they must be these. */
        tag?: string;
      };
    }
  | { raw: Raw }
  | { zarr: Zarr }
  | {
      stack: {
        /** Absolute path of the folder with `0.npy`, `1.npy` … */
        path: string;
        /** The axis along which they follow each other. */
        axis: number;
        /** Elements of each file along it. */
        files: Axis;
        /** Whether elements have their highest byte first. */
        big_endian: boolean;
      };
    };

/** How blocks are made from nothing. */
export type Create =
  | {
      full: {
        /** It takes the layer's element type. */
        value: Scalar;
      };
    }
  | {
      arange: {
        /** Value at position 0. */
        start: Scalar;
        /** Difference between two positions. */
        step: Scalar;
        /** Position of the layer's first element; slices move it. */
        first: number;
        /** Positions between two of the layer's elements; slices multiply it. */
        stride: number;
      };
    }
  | {
      random: {
        /** Chooses the sequence: the two halves of Philox' key, each from its low 32 bits on. */
        key: [number, number, number, number];
        /** Number of the layer's first element in the sequence; slices move it. */
        first: number;
        /** Numbers between two neighbours along each axis; slices multiply it. */
        strides: readonly number[];
      };
    };

/** An element-wise program. Operands are broadcast against the layer's grid as NumPy does: axes align at the
 * end, and an operand's axis of total length 1 repeats. Along any other axis its chunks are the layer's. */
export type Elementwise = {
  /** What is computed of the operands. */
  program: Program;
  /** Where they come from. */
  operands: ReadonlyArray<Operand>;
};

/** An input of an element-wise program. */
export type Operand = {
  /** Element type. */
  dtype: DType;
  /** Its blocks. */
  grid: Grid;
  /** Where its blocks come from. */
  origin: Origin;
};

/** Where the blocks of an operand come from. */
export type Origin = { input: number };

/** A reduction over axes, by a tree that depends on the grid alone: at each level `fan_in` neighbouring
 * blocks along every reduced axis become one, until one is left. */
export type Reduce = {
  /** Name of the reduction, one of those the array crate lists. */
  op: string;
  /** The axes that go, ascending; at least one unless the input is 0-d. */
  axes: ReadonlyArray<ReduceAxis>;
  /** Whether reduced axes stay, with length 1. */
  keepdims: boolean;
  /** What variances subtract from the number of elements; others take no notice. */
  ddof: number;
};

/** One axis of a reduction. */
export type ReduceAxis = {
  /** Its number in the input. */
  axis: number;
  /** How many neighbouring blocks a node of the tree merges; at least 2. */
  fan_in: number;
};

/** Basic indexing. Every block of the output lies in one block of the input. */
export type Select = {
  /** What is taken. */
  selection: Selection;
};

/** The same elements in other chunks. */
export type Gather = Record<symbol, never>;

/** A JavaScript function of blocks of the inputs, called once for each block of the layer. */
export type Call = {
  /** Its number among the functions handed over beside the graph. */
  function: number;
  /** Its arguments, by their number among those handed over beside the graph; in them slot `n` is what is read
   * of input `n`. `0xffffffff`: what is read of each input, in order. */
  arguments: number;
  /** What is read of each input. */
  reads: ReadonlyArray<ReadonlyArray<Project>>;
  /** Whether it gives any value at all rather than elements of the layer's type. Nothing but calls and tasks
   * reads such blocks, and the layer's element type says nothing. */
  values: boolean;
  /** Whether it is told after its arguments which block it makes. */
  info: boolean;
};

/** Which chunks along an axis of an input are read. */
export type Project =
  | { axis: number }
  | { at: number }
  | {
      group: {
        /** The axis of the layer. */
        axis: number;
        /** How many neighbours, except at the end. */
        size: number;
      };
    }
  | "all";

/** A column of numbers. It travels as bytes, 4 for each, the lowest first. */
export type Column = Uint32Array;

/** Tasks, each a block of the layer, whose grid has one axis. A task depends on tasks before it and on blocks of the
 * inputs. */
export type Tasks = {
  /** The function that each task calls, by its number among those handed over beside the graph. `0xffffffff`: none,
   * it passes on the one block that it depends on. */
  functions: Column;
  /** The arguments of each task, by their number among those handed over beside the graph; in them slot `n` is what
   * its edge `n` leads to. `0xffffffff`: what its edges lead to, in order. Of a task without a function: the number of
   * the stretch of bytes beside the value that it depends on which it passes on alone. */
  arguments: Column;
  /** Where the edges of each task begin, and the end of the last. */
  starts: Column;
  /** What tasks depend on: a task by its number, or `count of tasks + n` for block `n` of all blocks of the
   * inputs, one input after the other. */
  edges: Column;
  /** What is asked for each task, by its number among the graph's annotations, `0xffffffff` for nothing; empty where
   * nothing is asked for any. */
  annotations: Column;
};

/** The axes in another order: axis `n` of the output is axis `axes[n]` of the input, chunks and all. */
export type Permute = {
  /** Each axis of the input once. */
  axes: ReadonlyArray<number>;
};

/** The same elements in the same order under another shape, block by block: the block with number `n` in row-major
 * order of the output holds the elements of block `n` of the input. */
export type Reshape = Record<symbol, never>;

/** The inputs one behind the other along an axis: the chunks of the output are those of the inputs. Along the
 * other axes all are cut alike. */
export type Concatenate = {
  /** Number of the axis. */
  axis: number;
  /** For each input, how many chunks of the output lie before its end along the axis. */
  ends: readonly number[];
};

/** The elements whose places on two axes are the same. The two axes, which are cut alike, go; the last axis of the
 * output is new. Blocks beside the diagonal are not read. */
export type Diagonal = {
  /** Number of the first axis. */
  first: number;
  /** Number of the second axis; another one. */
  second: number;
};

/** Complex numbers of their real parts, the first input, and their imaginary ones, the second: blocks of both with the
 * two parts along a last axis, which is new and in one chunk. */
export type Pair = Record<symbol, never>;

/** The elements at which a mask is true, in row-major order. Inputs are the elements and the mask, which stands for
 * neighbouring axes of the elements and has their chunks. These axes become one, of unknown length, with a chunk for
 * each block of the mask. */
export type Compress = {
  /** Number of the first axis that the mask stands for. */
  axis: number;
};

/** Where elements lie in a file. */
export type Raw = {
  /** Absolute path of the file. */
  path: string;
  /** Position of the first element. */
  offset: number;
  /** Whether elements have their highest byte first. */
  big_endian: boolean;
  /** Whether the first axis runs fastest rather than the last one. */
  fortran: boolean;
  /** Set if they are deflated, as in a compressed `.npz`. */
  deflated: Deflated | null;
  /** Bytes of the file when it was looked into. */
  size: number;
  /** What named its bytes then, if a server does: they must be these. */
  tag?: string;
};

/** A stretch of a file that decodes to a header and elements behind it. */
export type Deflated = {
  /** Bytes that it has in the file. */
  bytes: number;
  /** Bytes of the header. */
  header: number;
  /** CRC-32 of what it decodes to. */
  checksum: number;
};

/** Bytes, which travel in one piece rather than as a list of numbers. */
export type Bytes = Uint8Array;

/** Writes each block of its one input and leaves a receipt: the layer has elements of type bool, and an axis for each
 * of the input with a chunk of length 1 for every block. What is written appears when the whole run has succeeded. */
export type Write = {
  /** Where the elements go. */
  target: Target;
  /** Elements of the whole target along each axis. */
  shape: readonly number[];
  /** Which elements of the target the input's are; steps are positive and there are no new axes. */
  selection: Selection;
};

/** Names what is written to. A description only: whoever executes makes it. */
export type Target =
  | { hdf5: NewHdf5 }
  | { raw: NewRaw }
  | { zarr: NewZarr }
  | { stack: NewStack }
  | { npz: NewNpz }
  | { stored: Store };

/** A dataset to be made. */
export type NewHdf5 = {
  /** Absolute path of the file. */
  path: string;
  /** Absolute path in the file; groups on the way are made. */
  dataset: string;
  /** Whether elements are complex numbers, and the last axis of what is written is their real and imaginary parts. */
  complex: boolean;
  /** Elements of a chunk along each axis, also the last of complex ones; null for a dataset in one piece. */
  chunks: readonly number[] | null;
  /** Whether bytes of a chunk are sorted by their place in an element. */
  shuffle: boolean;
  /** Level of gzip from 0 to 9, null for none. */
  gzip: number | null;
  /** Whether each chunk gets a checksum. */
  fletcher32: boolean;
  /** Attributes of the dataset. */
  attributes: ReadonlyArray<Attribute>;
  /** Whether a dataset of that name gives way. */
  overwrite: boolean;
};

/** A note on an array. */
export type Attribute = {
  /** Its name. */
  name: string;
  /** Number of values along each axis; empty for a single value. */
  shape: readonly number[];
  /** The values in row-major order. */
  values: AttributeValues;
};

/** The values of an attribute. */
export type AttributeValues = { text: ReadonlyArray<string> } | { numbers: ReadonlyArray<Scalar> };

/** A file to be made. */
export type NewRaw = {
  /** Absolute path of the file. */
  path: string;
  /** What stands before the elements, which are little-endian. */
  header: Bytes;
  /** Whether a file of that name gives way. */
  overwrite: boolean;
};

/** An array in a file to be made. */
export type NewNpz = {
  /** Absolute path of the archive. */
  path: string;
  /** Name of the file in it. */
  member: string;
  /** What stands before the elements, which are little-endian and in row-major order. */
  header: Bytes;
  /** Whether the archive's files are compressed; all arrays of an archive agree. */
  compressed: boolean;
  /** Whether a file of that name gives way. */
  overwrite: boolean;
};

/** A folder to be made: files `0.npy`, `1.npy` … of elements in row-major order. */
export type NewStack = {
  /** Absolute path of the folder. */
  path: string;
  /** The axis along which the files follow each other. */
  axis: number;
  /** Elements of each file along it. */
  files: Axis;
  /** What stands before the elements of a file, for each run of equal ones. */
  headers: ReadonlyArray<Bytes>;
  /** What goes to a further file, `info`, for those who read them all. */
  info: Bytes;
  /** Whether a folder of that name gives way. */
  overwrite: boolean;
};

/** A scan as it was written. The output has the grid of the input. */
export type Scan = {
  /** Name of the reduction. */
  op: string;
  /** Along which axis. */
  axis: number;
};

/** A function of each block along some of its axes. These have length 1 in the output's blocks; what the function gives
 * for each kept position lies along a further axis, the last one, which has one chunk.
 *
 * Inputs beside the first have its blocks too, or one block that goes with all. */
export type Along = {
  /** Which function. */
  op: AlongOp;
  /** Along which axes, ascending; elements go in row-major order. */
  axes: ReadonlyArray<number>;
};

/** A function along axes. */
export type AlongOp =
  | {
      order: {
        /** Which, one for each result. */
        picks: ReadonlyArray<OrderPick>;
        /** What lies between two elements. */
        between: Between;
        /** Whether NaNs are left out. */
        skips_nan: boolean;
      };
    }
  | {
      top: {
        /** How many; no block has fewer. */
        count: number;
        /** The largest rather than the smallest. */
        largest: boolean;
      };
    }
  | { histogram: Record<symbol, never> }
  | { bincount: Record<symbol, never> }
  | { product: Record<symbol, never> }
  | {
      find: {
        /** Behind equal elements rather than before them. */
        right: boolean;
      };
    };

/** A place in a sorted axis of `n` elements: position `(n + shift) * q + add - less`. */
export type OrderPick = {
  /** Share of the elements that lie before. */
  q: number;
  /** 0 or -1. */
  shift: number;
  /** By how much the position is moved. */
  add: number;
  /** 0 or 1. */
  less: number;
};

/** What a position between two elements means. */
export type Between = "linear" | "lower" | "higher" | "nearest" | "midpoint" | "mean";

/** Each block with the elements of its neighbours that lie next to it; nothing beyond the ends of an axis. No chunk that
 * has neighbours is shorter than what they take of it. */
export type Overlap = {
  /** One entry for each axis. */
  borders: ReadonlyArray<Border>;
};

/** How many elements along an axis. */
export type Border = {
  /** Before a chunk. */
  before: number;
  /** Behind it. */
  after: number;
};

/** Each block without its first and last elements along axes. */
export type Trim = {
  /** One entry for each axis. */
  borders: ReadonlyArray<Border>;
  /** For each axis whether also the first chunk loses its first elements and the last one its last. */
  ends: ReadonlyArray<boolean>;
};

/** Output blocks of a graph that a cluster keeps for a client. They can be had there alone. */
export type Lent = {
  /** The number that the cluster has for the client. */
  client: number;
  /** The client's number for the graph. */
  run: number;
  /** Number of the first block: the blocks of all outputs are numbered one behind the other. */
  first: number;
  /** Whether they are values that only calls and tasks can read. */
  values: boolean;
};

/** A block is computed of blocks as matrices. Its shape follows from theirs. */
export type Linear = {
  /** What is computed. */
  op: LinearOp;
  /** What is read of each input. */
  reads: ReadonlyArray<ReadonlyArray<Project>>;
};

/** What is computed of blocks. Factors and solutions are those of the matrices along the last two axes; what lies along axes
 * before these goes side by side. Of complex matrices their real and their imaginary parts are inputs, one behind the other,
 * and the result has a first axis more, with both. */
export type LinearOp =
  | {
      contract: {
        /** Axes that go side by side. */
        batch: number;
        /** Axes over which is summed. */
        shared: number;
      };
    }
  | { triangle: Record<symbol, never> }
  | { orthogonal: Record<symbol, never> }
  | { singular: Record<symbol, never> }
  | { cholesky: Record<symbol, never> }
  | { lu: Record<symbol, never> }
  | {
      solve: {
        /** The lower triangle rather than the upper one. */
        lower: boolean;
        /** Whether the diagonal is taken to be 1. */
        unit: boolean;
      };
    }
  | {
      fourier: {
        /** Elements that are transformed: of longer lines no more, behind shorter ones zeros. */
        length: number;
        /** Whether frequencies become elements rather than elements frequencies. */
        inverse: boolean;
        /** What is made of what. */
        of: FourierOf;
      };
    };

/** What a Fourier transform makes of what. Where complex numbers come out, the result has a first axis more, with the real
 * and the imaginary parts. */
export type FourierOf = "complex" | "real" | "half";

/** The elements at listed points. Point `n` lies on each of the axes at the `n`-th position listed for it; the points
 * stand along one axis of the result, in place of these axes. With one axis that is NumPy's `take`, with several
 * pointwise indexing. */
export type Take = {
  /** Numbers of the axes of the input that are indexed, ascending. */
  axes: ReadonlyArray<number>;
  /** Number of the axis of the result along which the points stand. */
  at: number;
  /** For each of the axes the position of each point. */
  positions: ReadonlyArray<Positions>;
};

/** A list of positions. It travels as bytes: 8 for each as a float, which JavaScript has at hand. */
export type Positions = Float64Array;

/** The first input with elements of the second in place of some. Along each axis the values have a chunk for each chunk
 * of the elements in which they lie, in order. */
export type Assign = {
  /** Where the values lie, axis by axis. */
  places: ReadonlyArray<Places>;
};

/** Where values lie along an axis. */
export type Places =
  | {
      slice: {
        /** Position of the first. */
        start: number;
        /** Distance between two, from 1 on. */
        step: number;
      };
    }
  | { list: Positions };

/** An array in a folder with a file for each chunk, or for each shard of chunks. */
export type Zarr = {
  /** Absolute path of the folder. */
  path: string;
  /** Elements of a chunk along each axis: what is decoded as a whole. */
  chunks: readonly number[];
  /** Whether names of files begin with `c`. */
  prefix: boolean;
  /** What stands between the numbers in a name. */
  separator: string;
  /** The axes of a chunk as it is stored, outermost first. */
  order: ReadonlyArray<number>;
  /** Whether elements have their highest byte first. */
  big_endian: boolean;
  /** What was done to the bytes of a chunk, in order. */
  codecs: ReadonlyArray<ZarrCodec>;
  /** Set where several chunks are in one file. */
  shards: Shards | null;
  /** The value of elements whose chunk is not there. */
  fill: Scalar;
};

/** How chunks lie in a file with others. */
export type Shards = {
  /** Chunks of a shard along each axis. */
  counts: readonly number[];
  /** Whether the index stands at the end of the file rather than at its beginning. */
  index_at_end: boolean;
  /** Whether the index has a checksum. */
  index_checksum: boolean;
};

/** Something that is done to bytes. */
export type ZarrCodec =
  | { gzip: number }
  | { zlib: number }
  | "zstd"
  | "blosc"
  | "lz4"
  | { shuffle: number }
  | "crc32c";

/** An array to be made. */
export type NewZarr = {
  /** What it will be. */
  array: Zarr;
  /** Its metadata: files of its folder. */
  metadata: ReadonlyArray<TextFile>;
  /** Metadata of the groups that it is in, which is written where there is none. */
  groups: ReadonlyArray<TextFile>;
  /** Whether a folder of that name gives way. */
  overwrite: boolean;
};

/** A small file. */
export type TextFile = {
  /** Its path: absolute, or in the folder that it belongs to. */
  path: string;
  /** What is in it. */
  text: string;
};
