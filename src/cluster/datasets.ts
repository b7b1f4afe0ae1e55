import { LazyArray } from "../array/lazy-array.js";
import { hasNode, NODE } from "../array/operand.js";
import { Bag } from "../bag/bag.js";
import { hasRecipe, RECIPE, recipeOfNode } from "../bag/recipe.js";
import { invalid } from "../check.js";
import { DataFrame, FRAME, hasFrame } from "../dataframe/data-frame.js";
import type { FrameNode } from "../dataframe/node.js";
import { keptFrame, type KeptRows, keptRowsOf } from "../dataframe/pieces/keep.js";
import { type Delayed, delayedBlock } from "../delayed/delayed.js";
import { hasTask, isNodeBlock, TASK } from "../delayed/task.js";
import type { DType } from "../dtype/index.js";
import type { PieceRows } from "../engine/engine.js";
import type { Grid, Lent } from "../generated/layers.js";
import { createNode, isPaired, type Keeper, labelOf, type Node, pairNode, partsOf } from "../graph/index.js";
import { persist } from "../together/persist.js";
import { opened, sealed } from "./meeting/meet.js";
import { ask } from "./requests.js";

/** What can be published. */
export type Dataset = LazyArray | Bag | Delayed | DataFrame;

/** A layer that the cluster keeps, as it is written down. */
interface LayerSheet {
  readonly label: string;
  readonly dtype: DType;
  readonly grid: Grid;
  readonly lent: Lent;
}

/** A published collection, as it is written down. Complex elements are two layers. */
type Sheet =
  | { readonly array: readonly LayerSheet[] }
  | { readonly bag: LayerSheet; readonly count: number }
  | { readonly delayed: LayerSheet; readonly block: number; readonly key: string }
  | ({ readonly frame: LayerSheet; readonly pieces: readonly PieceSheet[] } & Omit<KeptRows, "pieces">);

/** A piece of a frame, as it is written down: which block of the layer it is. */
interface PieceSheet {
  readonly block: number;
  readonly key: string;
}

/** Computes a collection on the cluster, where its blocks stay under a name. Gives what stands for them. */
export async function publish<T extends Dataset>(client: number, name: string, dataset: T): Promise<T> {
  checkName(name);
  if (!(hasNode(dataset) || hasTask(dataset) || hasFrame(dataset)))
    throw invalid("an array, a bag, a data frame or a delayed value", "dataset", dataset);
  const [kept] = await persist(dataset);
  const sheet = sheetOf(kept);
  const runs = layersOf(sheet).map(({ lent }) => [lent.client, lent.run] as const);
  await ask(client, { publish: { name, runs } }, sealed(sheet, "the dataset"));
  return kept;
}

/** What was published under a name. */
export async function published(client: number, name: string, keeper: Keeper): Promise<Dataset> {
  checkName(name);
  const { buffers } = await ask(client, { dataset: { name } });
  const sheet = (await opened(buffers[0])) as Sheet;
  if ("array" in sheet) return new LazyArray(arrayNode(sheet.array, keeper));
  if ("frame" in sheet) return new DataFrame(frameNode(sheet, keeper));
  if ("bag" in sheet) return new Bag(recipeOfNode(name, layerNode(sheet.bag, keeper), sheet.count));
  return delayedBlock(layerNode(sheet.delayed, keeper), sheet.block, sheet.key);
}

/** The names under which something was published, in order. */
export async function listPublished(client: number): Promise<string[]> {
  const { names = [] } = await ask(client, "datasets");
  return [...names];
}

/** Lets the cluster forget what was published under a name. */
export async function unpublish(client: number, name: string): Promise<void> {
  checkName(name);
  await ask(client, { unpublish: { name } });
}

function checkName(name: unknown): void {
  if (typeof name !== "string" || name === "") throw invalid("a name", "name", name);
}

function layersOf(sheet: Sheet): readonly LayerSheet[] {
  if ("array" in sheet) return sheet.array;
  if ("frame" in sheet) return [sheet.frame];
  return ["bag" in sheet ? sheet.bag : sheet.delayed];
}

function sheetOf(kept: unknown): Sheet {
  if (hasFrame(kept)) return frameSheet(kept[FRAME]);
  if (hasRecipe(kept)) {
    const { reads, count } = kept[RECIPE];
    return { bag: layerSheet(reads[0]?.node), count };
  }
  if (hasNode(kept)) {
    const node = kept[NODE];
    return { array: (isPaired(node) ? partsOf(node) : [node]).map(layerSheet) };
  }
  const { node, ...place } = placeOf(kept as Delayed);
  return { delayed: layerSheet(node), ...place };
}

function frameSheet(frame: FrameNode): Sheet {
  const { pieces, ...rest } = keptRowsOf(frame);
  const places = pieces.map(placeOf);
  const sheets = places.map(({ block, key }) => ({ block, key }));
  return { frame: layerSheet(places[0]?.node), pieces: sheets, ...rest };
}

/** Where a value lies that is kept. */
function placeOf(kept: Delayed): PieceSheet & { readonly node: Node | undefined } {
  const { key, dependencies } = kept[TASK];
  const place = dependencies.find(isNodeBlock);
  return { node: place?.node, block: place?.block ?? 0, key };
}

function layerSheet(node: Node | undefined): LayerSheet {
  if (node === undefined || !("lent" in node.kind)) {
    throw invalid("something that the cluster can keep", "dataset", node?.name);
  }
  return { label: labelOf(node), dtype: node.dtype, grid: node.grid, lent: node.kind.lent };
}

function layerNode({ label, dtype, grid, lent }: LayerSheet, keeper: Keeper): Node {
  return createNode({ label, kind: { lent }, dtype, grid, keeper, asked: undefined });
}

function frameNode(
  { frame, pieces, ...rest }: Extract<Sheet, { readonly frame: unknown }>,
  keeper: Keeper,
): FrameNode {
  const node = layerNode(frame, keeper);
  const rows = pieces.map(({ block, key }) => delayedBlock<PieceRows>(node, block, key));
  return keptFrame({ ...rest, pieces: rows });
}

function arrayNode(sheets: readonly LayerSheet[], keeper: Keeper): Node {
  const [re, im] = sheets.map((sheet) => layerNode(sheet, keeper));
  if (re === undefined) throw invalid("a dataset of this version of Bramble", "name", sheets);
  return im === undefined ? re : pairNode(sheets[0]?.label ?? "", [re, im]);
}
