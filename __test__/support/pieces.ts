import { type DataFrame, dataframe } from "bramble";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces, type PiecesRequest } from "../../dist/dataframe/pieces/run.js";

/** The pieces of a query, computed one after another in this process. Rows change places however few there are. */
export async function piecesOf(
  frame: DataFrame,
  request: Partial<PiecesRequest> = {},
): Promise<readonly Uint8Array[]> {
  const here = { scheduler: "sync", engine: "memory", exchangeFrom: 0 } as const;
  return await computePieces(frame[FRAME], { ...here, ...request });
}

/** The rows of these pieces. */
export async function recordsOf(pieces: readonly Uint8Array[]): Promise<object[]> {
  const frames = pieces.map((piece) => dataframe.fromArrow(piece));
  return await dataframe.concat(frames).toRecords({ scheduler: "threads" });
}
