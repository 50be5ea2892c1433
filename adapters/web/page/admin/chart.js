// Bars by day, each in parts by model: drawn here from numbers, with nothing in it that a table does not say.

import { el } from "../dom.js";
import { money } from "../format.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, FOOT] = [720, 200, 56, 22];

function draw(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** `days`: every day, in order; `parts`: what of which model. Where nothing costs anything, calls are shown:
 * `counted` says of what. */
export function chart(label, days, parts, counted = "calls of models") {
  const measure = parts.some(({ cost }) => cost > 0) ? "cost" : "calls";
  const said = measure === "cost" ? money : (count) => count.toLocaleString();
  const models = [...new Set(parts.map(({ model }) => model))].sort((a, b) => (a === "others") - (b === "others"));
  const sum = (day) => parts.filter((part) => part.day === day).reduce((all, part) => all + part[measure], 0);
  const most = Math.max(...days.map(sum), 0) || 1;
  const svg = draw("svg", {
    class: "chart",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": `${label}: at most ${said(most)} a day. The table says all of it.`,
  });
  for (const share of [0, 0.5, 1]) svg.append(...line(share, said(most * share)));
  days.forEach((day, at) => svg.append(bar(day, at, days, parts, models, measure, most, said)));
  const what = measure === "cost" ? "US dollars" : `${counted} (nothing costs anything)`;
  const legend = models.map((model, at) => el("li", { class: `part-${at}` }, model));
  return el(
    "figure",
    { class: "charted" },
    el("figcaption", {}, `${label}, ${what} by day (UTC)`),
    svg,
    el("ul", { class: "legend" }, legend),
  );
}

const height = (share) => share * (HEIGHT - FOOT - 12);

function line(share, text) {
  const y = HEIGHT - FOOT - height(share);
  const words = draw("text", { x: LEFT - 6, y: y + 3, "text-anchor": "end" }, text.replace("US$ ", "$"));
  return [draw("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y }), words];
}

function bar(day, at, days, parts, models, measure, most, said) {
  const step = (WIDTH - LEFT) / days.length;
  const x = LEFT + at * step;
  const group = draw("g", { "data-day": day });
  let y = HEIGHT - FOOT;
  for (const part of parts.filter((each) => each.day === day)) {
    const tall = height(part[measure] / most);
    y -= tall;
    const shape = { x: x + step * 0.12, y, width: step * 0.76, height: tall };
    const told = draw("title", {}, `${day} ${part.model}: ${said(part[measure])}`);
    group.append(draw("rect", { ...shape, class: `part-${models.indexOf(part.model)}` }, told));
  }
  if (at % 7 === (days.length - 1) % 7) {
    const last = at === days.length - 1;
    const place = { x: last ? WIDTH : x + step / 2, y: HEIGHT - 5, "text-anchor": last ? "end" : "middle" };
    group.append(draw("text", place, day.slice(5)));
  }
  return group;
}
