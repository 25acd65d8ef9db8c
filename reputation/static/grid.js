/* The SERP grid: arrow keys between cells, cards and positions 11 to 20 loaded when opened. */
(function () {
  "use strict";
  var table = document.querySelector(".serp");
  if (!table) return;
  var live = document.getElementById("live");
  var cards = new Map();
  var open = null;

  function say(text) { if (live) live.textContent = text; }

  function load(address) {
    if (!cards.has(address)) {
      cards.set(address, fetch(address + "?part=1", { credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return answer.text();
      }));
      cards.get(address).catch(function () { cards.delete(address); });
    }
    return cards.get(address);
  }

  function close() {
    if (!open) return;
    open.cell.removeAttribute("aria-expanded");
    open.tip.remove();
    open = null;
  }

  function show(cell) {
    close();
    var tip = document.createElement("div");
    tip.className = "tip is-open";
    tip.setAttribute("role", "group");
    tip.setAttribute("aria-label", cell.getAttribute("aria-label"));
    tip.textContent = "Loading …";
    var box = cell.getBoundingClientRect();
    if (box.left + 384 > window.innerWidth) tip.classList.add("left");
    cell.parentElement.appendChild(tip);
    cell.setAttribute("aria-expanded", "true");
    open = { cell: cell, tip: tip };
    load(cell.href).then(function (html) {
      if (!open || open.cell !== cell) return;
      tip.innerHTML = html;
      /* After a mark the reader comes back to the grid as it is filtered now. */
      var back = tip.querySelector('[name="next"]');
      if (back) back.value = location.pathname + location.search + new URL(back.value, location.href).hash;
      if (box.bottom + tip.offsetHeight + 8 > window.innerHeight && box.top > tip.offsetHeight + 80) tip.classList.add("over");
      say(tip.querySelector(".cardtitle").textContent.trim());
    }).catch(function () { window.location.href = cell.href; });
  }

  table.addEventListener("click", function (e) {
    var cell = e.target.closest(".cell");
    if (!cell || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    if (open && open.cell === cell) { close(); return; }
    show(cell);
  });

  document.addEventListener("click", function (e) {
    if (open && !e.target.closest(".cell, .tip")) close();
  });

  /* The cell that stands over or under another one, whatever gaps lie between. */
  function column(cell) {
    var at = 0;
    for (var td = cell.parentElement.previousElementSibling; td; td = td.previousElementSibling) at += td.colSpan;
    return at;
  }
  function inColumn(row, at) {
    for (var i = 0, sum = 0; i < row.children.length; i += 1) {
      if (sum <= at && at < sum + row.children[i].colSpan) return row.children[i].querySelector(".cell");
      sum += row.children[i].colSpan;
    }
    return null;
  }
  function beside(cell, step) {
    for (var td = cell.parentElement; td; td = step > 0 ? td.nextElementSibling : td.previousElementSibling) {
      var found = td !== cell.parentElement && td.querySelector(":scope > .cell");
      if (found) return found;
    }
    return null;
  }
  function across(cell, step) {
    var at = column(cell);
    var row = cell.closest("tr");
    do { row = step > 0 ? row.nextElementSibling : row.previousElementSibling; } while (row && !inColumn(row, at));
    return row && inColumn(row, at);
  }

  table.addEventListener("keydown", function (e) {
    if (e.key === "Escape" && open) {
      var back = open.cell;
      close();
      back.focus();
      return;
    }
    var cell = e.target.closest(".cell");
    if (!cell || e.altKey || e.ctrlKey || e.metaKey) return;
    var next = null;
    if (e.key === "ArrowRight") next = beside(cell, 1);
    else if (e.key === "ArrowLeft") next = beside(cell, -1);
    else if (e.key === "ArrowDown") next = across(cell, 1);
    else if (e.key === "ArrowUp") next = across(cell, -1);
    else return;
    e.preventDefault();
    if (!next) return;
    next.focus();
    if (open) show(next);
  });

  /* Positions 11 to 20 of one keyword: the page's own answer to the same link, one row of it. */
  table.addEventListener("click", function (e) {
    var link = e.target.closest("[data-unfold]");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    var row = link.closest("tr");
    var deep = document.getElementById("deep" + link.dataset.unfold);
    if (deep) {
      deep.hidden = !deep.hidden;
      link.setAttribute("aria-expanded", String(!deep.hidden));
      return;
    }
    fetch(link.href, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (html) {
      var drawn = new DOMParser().parseFromString(html, "text/html").getElementById("deep" + link.dataset.unfold);
      if (!drawn) throw new Error("no row");
      row.after(document.adoptNode(drawn));
      link.setAttribute("aria-expanded", "true");
      say("Positions 11 to 20 unfolded");
    }).catch(function () { window.location.href = link.href; });
  });
}());
