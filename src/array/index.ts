import { fromDelayed } from "./from-delayed.js";
import { arrangeFunctions } from "./arrange/index.js";
import { complexFunctions } from "./complex/index.js";
import { composedFunctions } from "./composed/index.js";
import {
  arange,
  asArray,
  binaryFunctions,
  blockwise,
  compute,
  fromArray,
  full,
  mapBlocks,
  ones,
  reductionFunctions,
  unaryFunctions,
  where,
  zeros,
} from "./functions.js";
import { indexFunctions } from "./index-functions.js";
import * as blockFunctions from "./block-functions.js";
import { fft } from "./fourier/index.js";
import { linalg } from "./linalg/index.js";
import { linearFunctions } from "./linear/index.js";
import { overlapFunctions } from "./overlap/index.js";
import { placeFunctions } from "./places/index.js";
import { random } from "./random/index.js";
import { searchFunctions } from "./search/index.js";
import { statisticsFunctions } from "./statistics/index.js";
import * as typeFunctions from "./type-functions.js";
import { store, toHDF5, toNpz } from "./write/functions.js";

/** Everything that makes or takes lazy arrays; most of it is a method of theirs too. */
export const array = {
  ...unaryFunctions,
  ...binaryFunctions,
  ...reductionFunctions,
  ...arrangeFunctions,
  ...complexFunctions,
  ...composedFunctions,
  ...indexFunctions,
  ...blockFunctions,
  ...linearFunctions,
  ...overlapFunctions,
  ...placeFunctions,
  ...searchFunctions,
  ...statisticsFunctions,
  ...typeFunctions,
  arange,
  asArray,
  blockwise,
  compute,
  fft,
  fromArray,
  fromDelayed,
  full,
  linalg,
  mapBlocks,
  ones,
  random,
  store,
  toHDF5,
  toNpz,
  where,
  zeros,
};

export type {
  ArrayLike,
  AxesOptions,
  AxisOptions,
  Blocks,
  ChunksOptions,
  DiagonalOptions,
  LikeOptions,
  LinspaceOptions,
  MatrixOptions,
  MeshgridOptions,
  PadMode,
  PadOptions,
  PerSide,
  ReshapeBlockwiseOptions,
  ReshapeOptions,
  Rot90Options,
} from "./arrange/index.js";
export type { AlongAxisOptions, LineFunction } from "./along-axis.js";
export type { ReductionFunctions, UserReduceOptions } from "./block-functions.js";
export type { BlockwiseOptions } from "./blockwise.js";
export type { BlockLengths } from "./call-blocks.js";
export type { AxisChunks, Chunks } from "./chunks.js";
export type { AngleOptions } from "./complex/index.js";
export type { ComputedBlock } from "./each-block.js";
export type { IscloseOptions, NanToNumOptions, Piece } from "./composed/index.js";
export type { ComputeOptions, ExplainOptions } from "./compute.js";
export type {
  FourierNOptions,
  FourierNorm,
  FourierOptions,
  FrequencyOptions,
  ShiftOptions,
} from "./fourier/index.js";
export type { FromArrayOptions } from "./from-array.js";
export type { CreateOptions, Shape } from "./functions.js";
export type { GufuncOptions } from "./gufunc.js";
export type { ArrayIndex } from "./indexing.js";
export type {
  LeastSquares,
  NormOptions,
  SignAndLogarithm,
  SingularValues,
  SolveOptions,
  SolveTriangularOptions,
  SvdCompressedOptions,
  SvdOptions,
  TriangleOptions,
} from "./linalg/index.js";
export type { EinsumOptions, TensordotOptions } from "./linear/index.js";
export type { LazyArray } from "./lazy-array.js";
export type { MapBlocksOptions } from "./map-blocks.js";
export type { Condition } from "./masks.js";
export { NDArray, type NDArrayOptions, type NestedArray } from "./ndarray.js";
export type {
  ChoiceOptions,
  Generator,
  IntegersOptions,
  RandomOptions,
  UniformOptions,
} from "./random/index.js";
export type { Boundary, MapOverlapOptions, OverlapOptions, WindowOptions } from "./overlap/index.js";
export type {
  ChooseOptions,
  CoarsenOptions,
  RavelOptions,
  TriangleIndexOptions,
  UnravelOptions,
} from "./places/index.js";
export type { RechunkChunks, RechunkOptions } from "./rechunk.js";
export type { ReduceOptions, SpreadOptions } from "./reduce.js";
export type {
  DigitizeOptions,
  InterpOptions,
  IsinOptions,
  SearchOptions,
  UniqueOptions,
  UniqueResult,
} from "./search/index.js";
export type { BlockIndex, Index } from "./selection.js";
export type { SetEntry, SetIndex } from "./set-item.js";
export { Slice, slice } from "./slice.js";
export type {
  AverageOptions,
  BincountOptions,
  CorrelationOptions,
  CovarianceOptions,
  DiffOptions,
  GradientOptions,
  HistogramddOptions,
  HistogramOptions,
  MedianOptions,
  PushOptions,
  QuantileMethod,
  QuantileOptions,
  Weights,
} from "./statistics/index.js";
export type { IntegerList } from "./take.js";
export type { UnifiedChunks } from "./type-functions.js";
export type { ArraySource, AnyBlockFunction, BlockFunction, Computed, Operand, Rank } from "./types.js";
export type { PointIndex } from "./vindex.js";
export type { AttributeInput } from "./write/attributes.js";
export type { StoreOptions, StoreTarget } from "./write/store.js";
export type { ToFileOptions, ToNpzOptions } from "./write/to-npz.js";
export type { ToHDF5Options } from "./write/to-hdf5.js";
export type { ToNpyOptions } from "./write/to-npy.js";
export type { ToZarrOptions } from "./write/to-zarr.js";
