import { escapeHtml } from "./escape.js";
import { type TimeSpan, WIDTH } from "./stream.js";

const HEIGHT = 100;

/** A quantity over time, from 0 to the most that it was. */
export function drawChart(
  title: string,
  points: readonly (readonly [time: number, value: number])[],
  { start, end }: TimeSpan,
  format: (value: number) => string,
): string {
  const most = points.reduce((largest, [, value]) => Math.max(largest, value), 0);
  const x = (time: number): string => ((WIDTH * (time - start)) / Math.max(1e-6, end - start)).toFixed(2);
  const y = (value: number): string => (HEIGHT - (most === 0 ? 0 : (HEIGHT * value) / most)).toFixed(2);
  const line = points.map(([time, value]) => `${x(time)},${y(value)}`);
  const [first, last] = [points[0]?.[0] ?? start, points.at(-1)?.[0] ?? start];
  return `<h3>${escapeHtml(title)} <small>up to ${escapeHtml(format(most))}</small></h3>
<svg class="zoom chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
<polygon points="${x(first)},${HEIGHT} ${line.join(" ")} ${x(last)},${HEIGHT}"/>
</svg>`;
}
