/* The readout of the ranking history: hover, touch or arrow keys. Without it the table holds the numbers. */
(function () {
  "use strict";
  var source = document.getElementById("history-data");
  var box = document.querySelector("[data-readout]");
  if (!source || !box) return;
  var data = JSON.parse(source.textContent);
  var slider = box.querySelector("input");
  var when = box.querySelector("[data-when]");
  var note = box.querySelector("[data-note]");
  var held = box.querySelector("[data-held]");
  var charts = Array.prototype.slice.call(document.querySelectorAll("svg[data-chart]"));

  function chart() {
    return charts.filter(function (svg) { return svg.getClientRects().length; })[0];
  }
  function places() {
    var svg = chart();
    return svg ? data.charts[svg.dataset.chart] : [];
  }
  function first(xs) {
    return Math.max(0, xs.findIndex(function (x) { return x !== null; }));
  }
  function known(stop) {
    return stop.held.map(function (position, line) { return { line: data.lines[line], position: position }; })
      .filter(function (row) { return typeof row.position === "number"; })
      .sort(function (a, b) { return a.position - b.position; });
  }
  function words(stop) {
    if (stop.gap) return stop.when + ": " + stop.gap + ". Nothing was read.";
    var rows = known(stop);
    var bad = rows.filter(function (row) { return row.line.tone === "neg"; })
      .map(function (row) { return row.position; });
    return stop.when + ": " + (bad.length ? "negatives at " + bad.join(", ") : "no negative drawn") +
      "; " + rows.slice(0, 3).map(function (row) { return row.position + " " + row.line.name; }).join("; ");
  }
  var touched = false;
  function show(index) {
    var stop = data.stops[index];
    slider.value = index;
    slider.setAttribute("aria-valuetext", words(stop));
    when.textContent = stop.when;
    note.textContent = stop.gap ? stop.gap + ": nothing was read" : "first " + stop.depth + " read";
    held.replaceChildren();
    if (!stop.gap) known(stop).forEach(function (row) {
      var item = document.createElement("li");
      [["b", "num", row.position], ["span", "tone " + row.line.tone, row.line.sign], ["span", "clip", row.line.name]]
        .forEach(function (part) {
          var node = document.createElement(part[0]);
          node.className = part[1];
          node.textContent = part[2];
          item.appendChild(node);
        });
      held.appendChild(item);
    });
    charts.forEach(function (svg) {
      var x = data.charts[svg.dataset.chart][index], line = svg.querySelector(".cursor");
      line.setAttribute("visibility", x === null || !touched ? "hidden" : "visible");
      if (x !== null) { line.setAttribute("x1", x); line.setAttribute("x2", x); }
      line.classList.toggle("in-gap", Boolean(stop.gap));
    });
  }
  function fit() {
    var xs = places(), from = first(xs);
    slider.min = from;
    slider.max = data.stops.length - 1;
    show(Math.max(from, Number(slider.value)));
  }
  function follow(event) {
    var svg = event.currentTarget, size = svg.getBoundingClientRect();
    var x = (event.clientX - size.left) * svg.viewBox.baseVal.width / size.width;
    var xs = data.charts[svg.dataset.chart], best = -1;
    xs.forEach(function (place, index) {
      if (place !== null && (best < 0 || Math.abs(place - x) < Math.abs(xs[best] - x))) best = index;
    });
    if (best >= 0) { touched = true; show(best); }
  }
  charts.forEach(function (svg) {
    svg.addEventListener("pointermove", follow);
    svg.addEventListener("pointerdown", follow);
  });
  slider.addEventListener("input", function () { touched = true; show(Number(slider.value)); });
  window.addEventListener("resize", fit);
  box.hidden = false;
  slider.max = data.stops.length - 1;
  slider.value = data.begin;
  fit();
}());
