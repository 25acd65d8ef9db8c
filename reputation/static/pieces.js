/* Calendar and board: pieces move by mouse and by arrow keys. Both send the form of "Move to…",
   so everything here also works without this script. */
(function () {
  "use strict";
  if (!document.querySelector("[data-planner]")) return;
  var held = null, pending = 0, toast = null;

  function planner() { return document.querySelector("[data-planner]"); }
  function isMonth() { return planner().dataset.planner === "day"; }
  function slotOf(piece) { return piece.closest("[data-slot]"); }
  function slotAt(value) { return planner().querySelector('[data-slot="' + CSS.escape(value) + '"]'); }
  function gripOf(piece) { return piece.querySelector("[data-grip]"); }
  function put(piece, slot) {
    var inner = slot.querySelector("[data-in]") || slot, first = inner.querySelector(".piece, .more");
    inner.insertBefore(piece, first && first.parentElement === inner ? first : null);
  }
  function mark(slot) {
    document.querySelectorAll(".target").forEach(function (one) { if (one !== slot) one.classList.remove("target"); });
    if (slot) slot.classList.add("target");
  }
  function say(text) {
    var live = document.getElementById("live");
    live.textContent = "";
    setTimeout(function () { live.textContent = text; }, 30);
  }

  /* A message with a way back. It stays until the next one or until it is closed. */
  function tell(text, extra) {
    if (toast) toast.remove();
    toast = document.createElement("div");
    toast.className = "toast" + (extra.isBad ? " bad" : "");
    var words = document.createElement("p");
    words.textContent = text;
    toast.append(words);
    if (extra.link) {
      var link = document.createElement("a");
      link.className = "btn s";
      link.href = extra.link;
      link.textContent = "Open the piece";
      toast.append(link);
    }
    if (extra.undo) toast.append(button("Undo", extra.undo));
    toast.append(button("Close", function () { toast.remove(); }));
    document.getElementById("main").append(toast);
    say(text);
  }
  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn s";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  /* Where a piece stood, to put it back when the server refuses. */
  function place(piece) {
    return { piece: piece, parent: piece.parentElement, next: piece.nextElementSibling, slot: slotOf(piece) };
  }
  function putBack(from) {
    if (!from.parent.isConnected) return refresh();
    from.parent.insertBefore(from.piece, from.next && from.next.parentElement === from.parent ? from.next : null);
    return null;
  }

  /* Send the piece's own form with another value; the page shows the move before the answer comes. */
  function save(from, value) {
    var piece = from.piece, form = piece.querySelector("form[data-move]"), body = new FormData(form);
    body.set(form.dataset.move, value);
    var job = { url: form.getAttribute("action"), field: form.dataset.move, token: body.get("csrfmiddlewaretoken"), id: piece.id };
    piece.classList.add("saving");
    post(job, body, value, function () {
      piece.classList.remove("saving");
      putBack(from);
    });
  }
  function undo(job, value, was) {
    var body = new FormData();
    body.set("csrfmiddlewaretoken", job.token);
    body.set(job.field, value);
    if (job.field === "status") body.set("was", was);
    post(job, body, value, function () {});
  }
  function post(job, body, value, rollBack) {
    pending += 1;
    fetch(job.url, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.redirected) throw new Error("You are signed out. Sign in and move it again.");
        if (answer.status === 409) return answer.json().then(function (no) { throw Object.assign(new Error(no.reason), no); });
        if (answer.status === 403) throw new Error("You may not move pieces of this brand any more. Load the page again.");
        if (!answer.ok) throw new Error("The server could not save it. Try again in a minute.");
        return answer.json();
      })
      .then(function (done) {
        pending -= 1;
        tell(done.message, { undo: done.undo === null ? null : function () { undo(job, done.undo, value); } });
        refresh(job.id);
      })
      .catch(function (error) {
        pending -= 1;
        rollBack();
        var reason = error instanceof TypeError ? "The server did not answer. Check the connection and try again." : error.message;
        tell("Not moved. " + reason, { isBad: true, link: error.link });
      });
  }

  /* Draw the planner anew from the server, so that counts, load and lateness are always true. */
  function refresh(id) {
    if (pending || held) return;
    fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : ""; })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-planner]");
        if (!fresh || pending || held) return;
        var old = planner(), inside = old.contains(document.activeElement), left = (old.querySelector(".board") || {}).scrollLeft;
        old.querySelectorAll("details.more[open]").forEach(function (one) {
          var same = fresh.querySelector('[data-slot="' + CSS.escape(slotOf(one).dataset.slot) + '"] details.more');
          if (same) same.open = true;
        });
        old.replaceWith(document.adoptNode(fresh));
        ready();
        if (left) fresh.querySelector(".board").scrollLeft = left;
        var piece = id && document.getElementById(id);
        if (inside && piece) (gripOf(piece) || piece.querySelector(".ttl")).focus({ preventScroll: true });
      })
      .catch(function () { /* the move is saved; the page is only not drawn anew */ });
  }
  function ready() {
    planner().querySelectorAll("[data-grip]").forEach(function (grip) { grip.hidden = false; });
  }

  /* By mouse */
  document.addEventListener("dragstart", function (e) {
    var piece = e.target.closest && e.target.closest(".piece[draggable=true]");
    if (!piece) return;
    if (held) letGo(true);
    held = { from: place(piece), byKeys: false };
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", piece.dataset.title);
    /* The title is a link and would be dragged alone: show the whole card. */
    var box = piece.getBoundingClientRect();
    e.dataTransfer.setDragImage(piece, e.clientX - box.left, e.clientY - box.top);
    piece.classList.add("held");
  });
  document.addEventListener("dragover", function (e) {
    if (!held || held.byKeys) return;
    var slot = e.target.closest && e.target.closest("[data-slot]");
    if (slot) { e.preventDefault(); e.dataTransfer.dropEffect = "move"; }
    mark(slot);
  });
  document.addEventListener("drop", function (e) {
    if (!held || held.byKeys) return;
    var slot = e.target.closest && e.target.closest("[data-slot]");
    if (!slot) return;
    e.preventDefault();
    drop(slot);
  });
  document.addEventListener("dragend", function () { if (held && !held.byKeys) letGo(false); });

  function drop(slot) {
    var from = held.from;
    release();
    if (slot === from.slot) return;
    put(from.piece, slot);
    save(from, slot.dataset.slot);
  }
  function release() {
    held.from.piece.classList.remove("held");
    planner().classList.remove("is-moving");
    var grip = gripOf(held.from.piece);
    if (grip) grip.removeAttribute("aria-pressed");
    held = null;
    mark(null);
  }
  function letGo(isBack) {
    var from = held.from;
    release();
    if (isBack) putBack(from);
  }

  /* By keys: Enter or space picks up and drops, arrows move, Escape puts back */
  document.addEventListener("click", function (e) {
    var grip = e.target.closest("[data-grip]");
    if (!grip) return;
    var piece = grip.closest(".piece");
    if (held && held.from.piece === piece) {
      if (slotOf(piece) === held.from.slot) { letGo(true); grip.focus(); say("Dropped where it was."); } else dropByKeys();
      return;
    }
    if (held) letGo(true);
    held = { from: place(piece), byKeys: true };
    piece.classList.add("held");
    planner().classList.add("is-moving");
    grip.setAttribute("aria-pressed", "true");
    mark(slotOf(piece));
    say("Picked up “" + piece.dataset.title + "”, on " + slotOf(piece).dataset.name + ". Arrow keys move it " +
      (isMonth() ? "by a day or a week" : "from lane to lane") + ", Enter drops it, Escape puts it back.");
  });
  function dropByKeys() {
    var slot = slotOf(held.from.piece), from = held.from;
    release();
    gripOf(from.piece).focus();
    save(from, slot.dataset.slot);
  }
  document.addEventListener("keydown", function (e) {
    if (!held || !held.byKeys) return;
    var piece = held.from.piece;
    if (e.key === "Escape" || e.key === "Tab") {
      letGo(true);
      gripOf(piece).focus();
      say("Put back. “" + piece.dataset.title + "” was not moved.");
      if (e.key === "Escape") e.preventDefault();
      return;
    }
    if (!/^Arrow/.test(e.key)) return;
    e.preventDefault();
    var slot = isMonth() ? dayTowards(slotOf(piece), e.key) : laneTowards(slotOf(piece), e.key);
    if (!slot) {
      say(isMonth() ? "That day is not on this page. Use “Move to…” for other months." : "There is no lane on that side.");
      return;
    }
    if (slot === held.from.slot) putBack(held.from); else put(piece, slot);
    mark(slot);
    gripOf(piece).focus();
    piece.scrollIntoView({ block: "nearest", inline: "nearest" });
    say(slot.dataset.name);
  });
  function dayTowards(slot, key) {
    if (!slot.dataset.slot) return planner().querySelector(".day.today") || planner().querySelector(".day:not(.out)");
    var day = new Date(slot.dataset.slot + "T00:00:00Z");
    day.setUTCDate(day.getUTCDate() + { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[key]);
    return slotAt(day.toISOString().slice(0, 10));
  }
  function laneTowards(slot, key) {
    var step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[key];
    return step ? slot[step] : slot;
  }

  /* "Move to…" without loading the page anew */
  document.addEventListener("submit", function (e) {
    var form = e.target.closest("form[data-move]"), pressed = e.submitter;
    if (!form) return;
    e.preventDefault();
    var piece = form.closest(".piece"), from = place(piece), value;
    if (form.dataset.move === "day") value = pressed && pressed.name === "unschedule" ? "" : form.elements.day.value;
    else value = pressed ? pressed.value : "";
    form.closest("details").open = false;
    form.closest("details").querySelector("summary").focus();
    var slot = slotAt(value);
    if (slot === from.slot) return;
    if (slot) put(piece, slot);
    save(from, value);
  });
  document.addEventListener("toggle", function (e) {
    if (!e.target.matches || !e.target.matches("details.mv[open]")) return;
    planner().querySelectorAll("details.mv[open]").forEach(function (one) { if (one !== e.target) one.open = false; });
  }, true);
  document.addEventListener("click", function (e) {
    if (!e.target.closest("details.mv")) planner().querySelectorAll("details.mv[open]").forEach(function (one) { one.open = false; });
  });

  ready();
}());
