/* Counts what is ticked in the builder and shows its cost. Without this script "Count" does the same. */
(function () {
  "use strict";
  var SHOWN = 6, MOST = 9;
  document.querySelectorAll("form[data-portfolio]").forEach(function (form) {
    var place = form.querySelector("[data-cost]"), picked = document.querySelector("[data-picked]"),
      keywords = document.querySelector("[data-keywords]"), timer = null, asked = 0;
    if (!place) return;

    function boxes(within) { return Array.from((within || form).querySelectorAll("input[name=tick]")); }
    function rows() {
      return boxes().reduce(function (sum, box) { return sum + (box.checked ? Number(box.dataset.rows) : 0); }, 0);
    }
    function count() {
      var all = rows();
      if (picked) picked.textContent = boxes().filter(function (box) { return box.checked; }).length + " ticked";
      if (keywords) keywords.textContent = all.toLocaleString("en") + (all === 1 ? " keyword" : " keywords");
    }
    function ask() {
      var body = new FormData(form), mine = asked += 1;
      ["tick", "shown", "decided", "back"].forEach(function (name) { body.delete(name); });
      body.set("rows", rows());
      fetch(form.dataset.portfolio, { method: "POST", body: body, credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) throw new Error("no cost");
          return answer.text();
        })
        .then(function (markup) { if (mine === asked) place.innerHTML = markup; })
        .catch(function () { /* The server shows the cost before it saves. */ });
    }
    /* A long group shows its first phrases, until it is opened; what is folded away still counts. */
    function fold(group) {
      var lines = Array.from(group.rows).slice(1), head = group.querySelector("[data-group]");
      if (!head || lines.length <= MOST) return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn s quiet";
      function show(isOpen) {
        lines.slice(SHOWN).forEach(function (line) { line.hidden = !isOpen; });
        button.setAttribute("aria-expanded", String(isOpen));
        button.textContent = isOpen ? "Show fewer" : "Show all " + lines.length;
      }
      button.addEventListener("click", function () { show(button.getAttribute("aria-expanded") !== "true"); });
      head.before(button);
      head.classList.remove("push");
      button.classList.add("push");
      show(false);
    }
    form.querySelectorAll(".candidates tbody").forEach(fold);

    function later() { count(); clearTimeout(timer); timer = setTimeout(ask, 300); }

    form.addEventListener("change", function (event) { if (event.target.name !== "back") later(); });
    form.addEventListener("click", function (event) {
      var button = event.target.closest("[data-all], [data-group]");
      if (!button) return;
      var set = boxes(button.closest("tbody"));
      var on = button.dataset.all ? button.dataset.all === "on"
        : !set.every(function (box) { return box.checked; });
      set.forEach(function (box) { box.checked = on; });
      later();
    });
  });
}());
