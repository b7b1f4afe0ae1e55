import * as math from "../math/index.js";
import { Draws } from "./draws.js";
import { logFactorial } from "./log-factorial.js";

/** The hypergeometric distribution, as in the core (`crates/array/src/random/hypergeometric.rs`), where the source stands. */

const MOST = 1e9;

/** What is drawn from, of which a kind has half at most, and how many are drawn, half at most. */
interface Urn {
  readonly fewer: number;
  readonly more: number;
  readonly drawn: number;
}

/** How many of `good` things are among `sample` that are drawn of `good + bad`. */
export function hypergeometricFromUniform(
  uniform: number,
  good: number,
  bad: number,
  sample: number,
): number {
  const [counting, others, taken] = [Math.floor(good), Math.floor(bad), Math.floor(sample)];
  const all = counting + others;
  const isCount = (count: number): boolean => count >= 0 && count <= MOST;
  if (!(isCount(counting) && isCount(others) && taken >= 0 && taken <= all)) return Number.NaN;
  const drawn = Math.min(taken, all - taken);
  const isFewer = counting <= others;
  const urn = { fewer: isFewer ? counting : others, more: isFewer ? others : counting, drawn };
  const ofFewer = ofRareKind(uniform, urn);
  const goodDrawn = isFewer ? ofFewer : drawn - ofFewer;
  return taken <= all - taken ? goodDrawn : counting - goodDrawn;
}

function ofRareKind(uniform: number, urn: Urn): number {
  const { fewer, more, drawn } = urn;
  return drawn * fewer <= 10 * (fewer + more)
    ? byInversion(uniform, urn)
    : byRejection(Draws.of(uniform), urn);
}

function byInversion(uniform: number, { fewer, more, drawn }: Urn): number {
  const most = Math.min(fewer, drawn);
  const none =
    logFactorial(more) -
    logFactorial(more - drawn) +
    logFactorial(fewer + more - drawn) -
    logFactorial(fewer + more);
  let count = 0;
  let probability = math.exp(none);
  for (let sum = probability; uniform >= sum && probability > 0 && count < most; sum += probability) {
    const ways = (fewer - count) * (drawn - count);
    count += 1;
    probability *= ways / (count * (more - drawn + count));
  }
  return count;
}

function byRejection(draws: Draws, { fewer, more, drawn }: Urn): number {
  const all = fewer + more;
  const share = fewer / all;
  const centre = drawn * share + 0.5;
  const variance = ((all - drawn) * drawn * share * (more / all)) / (all - 1);
  const deviation = Math.sqrt(variance + 0.5);
  const width = 1.7155277699214135 * deviation + 0.8989161620588988;
  const logs = (count: number): number =>
    logFactorial(count) +
    logFactorial(fewer - count) +
    logFactorial(drawn - count) +
    logFactorial(more - drawn + count);
  const atMode = logs(Math.floor(((drawn + 1) * (fewer + 1)) / (all + 2)));
  const end = Math.min(Math.min(drawn, fewer) + 1, Math.floor(centre + 16 * deviation));
  for (;;) {
    const u = 1 - draws.uniform();
    const x = centre + (width * (draws.uniform() - 0.5)) / u;
    if (!(x >= 0 && x < end)) continue;
    const count = Math.floor(x);
    const t = atMode - logs(count);
    if (u * (4 - u) - 3 <= t) return count;
    if (u * (u - t) < 1 && 2 * math.log(u) <= t) return count;
  }
}
