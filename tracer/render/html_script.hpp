// What a page of working does beyond being read: one step at a time, forward and back; results as
// fractions, decimals or rounded; results to be predicted first. All of it is made by the script:
// without it the page has no button that does nothing, and shows all.
#pragma once

#include <string_view>

namespace tracer {

inline constexpr std::string_view html_script = R"js(
(() => {
"use strict";
const lines = [...document.querySelectorAll(".work>.line")];
if (!lines.length) return;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const views = ["decimal", "exact", "rounded"];
const help = "→ or space on: next step. ←: back. Page down, Page up: next part, part before. " +
  "Home, End: first, last step. 1 to 9: that sample. V: results as decimals, fractions, rounded. " +
  "P: predict each result first. C: copy the result with all its digits. G: the whole graph, or what is near. Escape: the whole page.";
const address = new URLSearchParams(location.hash.slice(1));
const embedded = address.get("embed") === "1";
let at = -1, view = 0, predict = false, timer = 0;
const make = (tag, attributes, text) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
};
const bar = make("div", {class: "bar noprint", role: "toolbar", "aria-label": "Steps"});
const live = make("p", {class: "live", "aria-live": "polite"});
const button = (text, says, run) => {
  const made = make("button", {type: "button", title: says}, text);
  if (!/[a-z]/.test(text)) made.setAttribute("aria-label", says);  // a sign, not a word
  made.addEventListener("click", run);
  bar.append(made);
  return made;
};
const part = line => line.closest(".work");
const first = of => lines.findIndex(line => part(line) === of);
const headings = [...document.querySelectorAll("h2")];
const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;

// ---- the graph: what the line is about is marked, and of a large one only what is near is shown
const graphs = [...document.querySelectorAll(".graph")];
const boxes = new Map(graphs.map(graph => [graph, (graph.closest("svg").getAttribute("viewBox") || "")
  .split(" ").map(Number)]));
let whole = false;
function look(graph) {
  const svg = graph.closest("svg"), [x, y, width, height] = boxes.get(graph);
  const across = Math.min(width, 760), down = Math.min(height, 300);
  const on = [...graph.querySelectorAll(".node.on")].map(node => node.getBBox());
  let box = [x, y, width, height];
  if (!whole && at >= 0 && on.length && (across < width || down < height)) {
    const middle = (from, to) => (Math.min(...on.map(from)) + Math.max(...on.map(to))) / 2;
    const within = (wanted, least, most) => Math.max(least, Math.min(most, wanted));
    box = [within(middle(b => b.x, b => b.x + b.width) - across / 2, x, x + width - across),
      within(middle(b => b.y, b => b.y + b.height) - down / 2, y, y + height - down), across, down];
  }
  svg.setAttribute("viewBox", box.join(" "));
}
function showNodes(line) {
  document.querySelectorAll(".graph .on").forEach(one => one.classList.remove("on"));
  document.querySelectorAll("figure.now").forEach(one => one.classList.remove("now"));
  if (!line) { graphs.forEach(look); return; }
  const before = graphs.filter(graph => follows(graph, line)).pop();
  if (!before) return;
  before.closest("figure").classList.add("now");
  const name = line.dataset.name || "";
  const own = name.includes("/∂") ? name.slice(name.indexOf("/∂") + 2) : name;
  before.querySelectorAll("[data-name],[data-from]").forEach(one => {
    const there = one.dataset.name === own ||
      (name.includes("/∂") ? one.dataset.from === own : one.dataset.to === own);
    one.classList.toggle("on", there);
  });
  look(before);
}

function show(next, quiet) {
  at = Math.max(-1, Math.min(lines.length - 1, next));
  document.body.classList.toggle("stepping", at >= 0);
  document.querySelectorAll(".here").forEach(one => one.classList.remove("here"));
  lines.forEach((line, i) => {
    line.classList.toggle("active", i === at);
    line.classList.toggle("later", at >= 0 && i > at);
    if (i === at) line.setAttribute("aria-current", "step"); else line.removeAttribute("aria-current");
  });
  const line = lines[at];
  if (line) part(line).classList.add("here");
  showNodes(line);
  ask(line);
  if (!line) { live.textContent = ""; return; }
  const far = Math.abs(line.getBoundingClientRect().top) > 2 * innerHeight;  // it would take seconds
  if (!quiet) line.scrollIntoView({block: "center", behavior: still || far ? "auto" : "smooth"});
  live.textContent = "Step " + (at + 1) + " of " + lines.length + ": " +
    (predict && !line.dataset.told ? "what is " + line.dataset.name + "?" : line.dataset.say);
  document.body.style.setProperty("--bar", bar.offsetHeight + "px");
  write();
}

function write() {
  const what = [];
  if (at >= 0) what.push("step=" + (at + 1));
  if (view) what.push("view=" + views[view]);
  if (embedded) what.push("embed=1");
  try { history.replaceState(null, "", what.length ? "#" + what.join("&") : location.pathname); } catch (e) {}
}

function showView(next) {
  view = next % views.length;
  document.querySelectorAll(".value").forEach(cell => {
    const wanted = cell.querySelector('[data-view="' + views[view] + '"]') ? views[view] : "decimal";
    cell.querySelectorAll("[data-view]").forEach(one => { one.hidden = one.dataset.view !== wanted; });
  });
  viewButton.textContent = views[view];
  write();
}

// ---- predictions, judged as the marker does: by the digits that were written
// read when they are wanted: whoever has made the page without them may add them then
const slipsHere = () => {
  const data = document.getElementById("slips");
  return data ? JSON.parse(data.textContent) : {says: [], of: {}};
};
const number = text => {
  const plain = text.trim().replace(/−/g, "-").replace(",", ".");
  const parts = plain.split("/");
  if (!parts.every(one => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(one.trim()))) return null;
  const value = parts.length === 2 ? parts[0] / parts[1] : parts.length === 1 ? Number(plain) : NaN;
  if (!Number.isFinite(value)) return null;
  const [digits, power] = plain.toLowerCase().split("e");
  const places = (digits.split(".")[1] || "").length - Number(power || 0);
  const fraction = parts.length === 2;
  const count = fraction ? 9 : digits.replace(/[-+.]/g, "").replace(/^0+/, "").length;
  return {value, unit: fraction ? 0 : 10 ** -places, count};
};
const near = (a, b, by) => Math.abs(a - b) <= by * (1 + 1e-9) + 1e-11 * Math.abs(b);
const fits = (said, values, by) => said.every((one, i) => near(one.value, values[i], one.unit * by));
const exactly = (said, values) => fits(said, values, 0);
const counted = said => said.reduce((sum, one) => sum + (one.count || 1), 0);
const place = (i, columns) => "row " + (Math.floor(i / columns) + 1) + ", column " + (i % columns + 1);

// "" where it is right, else what is wrong with it
function judge(texts, line) {
  const right = line.dataset.value.split(" ").map(Number);
  const columns = Number(line.dataset.columns || 1);
  const said = texts.map(number);
  const unread = said.indexOf(null);
  if (unread >= 0)
    return (right.length > 1 ? place(unread, columns) + ": " : "") + "a number is wanted: 0.5, −1.25 or 1/3";
  const finely = said.every((one, i) => one.count >= 3 || near(one.value, right[i], 0));
  if (fits(said, right, 0.5))
    return finely ? "" : "so far, yes; say it with three digits at least (0.0123 has three)";
  if (finely && fits(said, right, 1)) return "nearly: the last digit is rounded wrongly";
  const slips = slipsHere();
  const found = (slips.of[line.id] || []).filter(([gives, , weak]) => {
    const values = [].concat(gives);
    return fits(said, values, 0.5) && (exactly(said, values) || counted(said) >= (weak ? 4 : 3));
  }).map(([, says]) => slips.says[says]);
  if (found.length) return found.slice(0, 2).join("; or ");
  for (const places of [1, -1, 2, -2, 3, -3])
    if (right.some(one => one) && fits(said, right.map(one => one * 10 ** places), 0.5))
      return "the decimal point is " + Math.abs(places) + (Math.abs(places) === 1 ? " place" : " places") +
        " too far to the " + (places > 0 ? "right" : "left");
  const wrong = said.map((one, i) => near(one.value, right[i], one.unit / 2) ? -1 : i).filter(i => i >= 0);
  if (right.length > 1 && wrong.length < right.length)
    return "not right: " + wrong.map(i => place(i, columns)).join("; ");
  return "no; look at what it is made of";
}

// What would tell a prediction is not to be seen: results of lines to come, in the graph too.
let nodes = null;  // of the lines, in the graph before them; found when they are first asked for
const nodesOfLines = () => new Map(lines.map(line => {
  const graph = graphs.filter(one => follows(one, line)).pop();
  const of = [...(graph ? graph.querySelectorAll(".node") : [])];
  return [line, of.find(node => node.dataset.name === line.dataset.name && !node.classList.contains("parameter"))];
}));
function hide(line) {
  const hidden = predict && line;
  if (!hidden && !nodes) return;
  nodes = nodes || nodesOfLines();
  lines.forEach((one, i) => {
    if (nodes.get(one)) nodes.get(one).classList.toggle("hid", Boolean(hidden && (i > at || (i === at && !one.dataset.told))));
  });
  document.querySelectorAll("main>p,main>ul,main>.carried").forEach(one =>
    one.classList.toggle("ahead", Boolean(hidden && follows(line, one))));
}

function ask(line) {
  document.querySelectorAll(".ask").forEach(one => one.remove());
  document.body.classList.toggle("predicting", predict && at >= 0);
  const asks = line && predict && !line.dataset.told && "value" in line.dataset;
  if (line && !asks) line.dataset.told = "1";
  hide(line);
  if (!asks) return;
  const count = line.dataset.value.split(" ").length, columns = Number(line.dataset.columns || 1);
  const form = make("form", {class: "ask noprint"});
  const says = make("span", {role: "status"});
  const inputs = [...Array(count).keys()].map(i => make("input", {inputmode: "decimal", autocomplete: "off",
    size: count > 1 ? "7" : "12", "aria-label": line.dataset.name + (count > 1 ? ", " + place(i, columns) : "")}));
  const cells = make("span", {class: "cells"});
  const rows = Math.ceil(count / columns);
  for (let row = 0; row < rows; ++row) {
    const cell = make("span", {});
    cell.append(...inputs.slice(row * columns, (row + 1) * columns));
    cells.append(cell);
  }
  form.append(make("span", {"aria-hidden": "true"}, line.dataset.name + " = "), cells,
    make("button", {}, "Check"), says);
  form.addEventListener("submit", event => {
    event.preventDefault();
    const wrong = judge(inputs.map(input => input.value), line);
    if (wrong) { says.textContent = wrong; return; }
    line.dataset.told = "1";
    line.classList.add("predicted");
    show(at);
    live.textContent = "Right: " + line.dataset.say;
  });
  line.append(form);
  inputs[0].focus({preventScroll: true});
}

function copy() {
  const line = lines[at];
  if (!line || !("value" in line.dataset) || (predict && !line.dataset.told)) return;
  const value = line.dataset.value;
  (navigator.clipboard ? navigator.clipboard.writeText(value) : Promise.reject()).then(
    () => { live.textContent = "copied: " + value; },
    () => { live.textContent = "to copy: " + value; });  // a frame may not write to the clipboard
}

const move = by => { stop(); show(at + by); };
const toPart = by => {
  stop();
  const parts = [...new Set(lines.map(part))];
  const now = at < 0 ? -1 : parts.indexOf(part(lines[at]));
  const next = Math.max(0, Math.min(parts.length - 1, now + by));
  show(first(parts[next]));
};
const toSample = which => {
  const heading = headings[which - 1];
  if (heading) { stop(); show(lines.findIndex(line => follows(heading, line))); }
};
function stop() { clearInterval(timer); timer = 0; playButton.textContent = "play"; }
function play() {
  if (timer) { stop(); return; }
  playButton.textContent = "pause";
  timer = setInterval(() => { if (at + 1 >= lines.length) stop(); else show(at + 1); }, 1500);
}
function setPredict(on) {
  if (!predictButton.isConnected) return;  // of a page that shows a mistake there is nothing to predict
  predict = on;
  if (on) dispatchEvent(new Event("predict"));
  lines.forEach(line => { delete line.dataset.told; line.classList.remove("predicted"); });
  predictButton.setAttribute("aria-pressed", String(predict));
  show(predict && at < 0 ? 0 : at);
}

button("|◀", "First step (Home)", () => { stop(); show(0); });
button("◀", "Step back (left arrow)", () => move(-1));
const playButton = button("play", "Play, pause (space)", play);
button("▶", "Next step (right arrow)", () => move(1));
button("▶|", "Last step (End)", () => { stop(); show(lines.length - 1); });
const viewButton = button("decimal", "Results as decimals, fractions, rounded (V)", () => showView(view + 1));
const predictButton = button("predict", "Predict each result first (P)", () => setPredict(!predict));
predictButton.setAttribute("aria-pressed", "false");
if (document.querySelector(".sides")) predictButton.remove();
if (graphs.some(graph => boxes.get(graph)[2] > 760 || boxes.get(graph)[3] > 300))
  button("graph", "The whole graph, or what is near (G)", () => { whole = !whole; graphs.forEach(look); });
const printAs = how => { document.body.dataset.print = how; print(); };
addEventListener("afterprint", () => { if (!address.get("print")) delete document.body.dataset.print; });
const menu = make("details", {class: "menu"});
menu.append(make("summary", {}, "print"));
for (const [how, says] of [["answers", "with answers"], ["blank", "without answers"], ["form", "as a form"]]) {
  const choice = make("button", {type: "button"}, says);
  choice.addEventListener("click", () => { menu.open = false; printAs(how); });
  menu.append(choice);
}
bar.append(menu);
button("?", "Help (question mark)", () => { live.textContent = help; });
const wholePage = make("a", {class: "whole", target: "_blank", rel: "noopener"}, "open the whole page");
wholePage.addEventListener("focus", lead);
wholePage.addEventListener("pointerdown", lead);
function lead() { wholePage.href = location.pathname + location.hash.replace(/&?embed=1/, ""); }
bar.append(wholePage, live);
document.querySelector("main").prepend(bar);

// What is too wide for the page is scrolled by keys too.
function reach() {
  document.querySelectorAll(".eq>span,.scroll").forEach(one => {
    if (one.scrollWidth > one.clientWidth + 1) {
      one.tabIndex = 0;
      one.setAttribute("role", "group");
      one.setAttribute("aria-label", "wider than the page: arrow keys scroll");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) one.removeAttribute(name);
    }
  });
}
// not at once: to ask for widths makes the browser set all that is out of sight
addEventListener("resize", reach);
setTimeout(reach, 1200);

const keys = {
  ArrowRight: () => move(1), ArrowLeft: () => move(-1), PageDown: () => toPart(1), PageUp: () => toPart(-1),
  Home: () => { stop(); show(0); }, End: () => { stop(); show(lines.length - 1); }, " ": play,
  v: () => showView(view + 1), c: copy, g: () => { whole = !whole; graphs.forEach(look); }, p: () => setPredict(!predict), "?": () => { live.textContent = help; },
  Escape: () => { stop(); if (embedded) return; predict = false; predictButton.setAttribute("aria-pressed", "false"); show(-1); write(); }
};
addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select") && event.key !== "Escape") return;
  if (event.key.startsWith("Arrow") && event.target.closest("[role=group][tabindex]")) return;
  if (event.key === " " && event.target.closest("button, summary, a")) return;
  if (/^[1-9]$/.test(event.key)) { toSample(Number(event.key)); event.preventDefault(); return; }
  const run = keys[event.key] || keys[event.key.toLowerCase()];
  if (run) { run(); event.preventDefault(); }
});
if (["answers", "blank", "form"].includes(address.get("print"))) document.body.dataset.print = address.get("print");
if (views.includes(address.get("view"))) showView(views.indexOf(address.get("view")));
const sample = Number(address.get("sample")), step = Number(address.get("step"));
if (sample > 1 && headings[sample - 1]) {
  const begin = lines.findIndex(line => follows(headings[sample - 1], line));
  show(begin + Math.max(0, step - 1));
} else if (step > 0 || embedded) show(Math.max(0, step - 1));
if (embedded) { document.body.classList.add("embed"); lead(); }
})();
)js";

}  // namespace tracer
